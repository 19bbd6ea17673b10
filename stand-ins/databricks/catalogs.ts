import { z } from 'zod';
import { doesNotExist } from './api-error';

export const listRequest = z.strictObject({});
/** `rest` is what stands in the path behind the operation. */
export const catalogRequest = z.strictObject({ rest: z.string() });
export const permissionsRequest = z.strictObject({ rest: z.string(), principal: z.string() });

/** Unity Catalog's objects, each with what whoever asks may do on it. */
export interface Governed {
  /** Privileges by the name of a catalog. */
  readonly catalogs: Readonly<Record<string, readonly string[]>>;
  readonly externalLocations: readonly {
    readonly name: string;
    readonly url: string;
    readonly privileges: readonly string[];
  }[];
}

/** What preflight asks of Unity Catalog. Fixed for the life of the stand-in. */
export class Catalogs {
  constructor(private readonly governed: Governed) {}

  catalog({ rest: name }: z.output<typeof catalogRequest>): object {
    if (!(name in this.governed.catalogs)) throw doesNotExist(`Catalog '${name}' does not exist.`);
    return { name, catalog_type: 'MANAGED_CATALOG' };
  }

  externalLocations(): object {
    const all = this.governed.externalLocations.map(({ name, url }) => ({ name, url }));
    return all.length === 0 ? {} : { external_locations: all };
  }

  permissions({ rest, principal }: z.output<typeof permissionsRequest>): object {
    const [type = '', name = ''] = rest.split('/');
    const privileges =
      type === 'catalog'
        ? this.governed.catalogs[name]
        : this.governed.externalLocations.find((location) => location.name === name)?.privileges;
    if (!privileges) throw doesNotExist(`${type} '${name}' does not exist.`);
    const list = privileges.map((privilege) => ({ privilege }));
    return list.length === 0 ? {} : { privilege_assignments: [{ principal, privileges: list }] };
  }
}
