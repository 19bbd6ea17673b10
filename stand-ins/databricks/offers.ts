import { z } from 'zod';
import { ApiError } from './api-error';

export const meRequest = z.strictObject({});
export const sparkVersionsRequest = z.strictObject({});
export const nodeTypesRequest = z.strictObject({});

export interface Offered {
  /** Whether who calls is in the group `admins`. @default true */
  readonly admin: boolean;
  /** Keys of the runtimes. */
  readonly sparkVersions: readonly string[];
  readonly nodeTypes: readonly string[];
}

/** Who is calling, and what clusters can be made of. Fixed for the life of the stand-in. */
export class Offers {
  constructor(private readonly offered: Offered) {}

  /** Throws where only an admin may go on. */
  refuseOthersThanAdmins(what: string): void {
    if (!this.offered.admin) throw new ApiError(403, 'PERMISSION_DENIED', `Only workspace admins can ${what}.`);
  }

  me(): object {
    const group = (display: string, value: string) => ({ display, type: 'direct', value, $ref: `Groups/${value}` });
    return {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
      id: '1234567890123456',
      userName: 'ada@example.com',
      active: true,
      groups: [group('users', '1001'), ...(this.offered.admin ? [group('admins', '1002')] : [])],
    };
  }

  sparkVersions(): object {
    return { versions: this.offered.sparkVersions.map((key) => ({ key, name: `Runtime ${key}` })) };
  }

  nodeTypes(): object {
    // Sizes with a disk of their own have a d behind the generation: m6gd.
    const disks = (id: string) => (/^[a-z]+\d+[a-z]*d[a-z]*\./.test(id) ? 1 : 0);
    return {
      node_types: this.offered.nodeTypes.map((id) => ({
        node_type_id: id,
        description: id,
        node_instance_type: { instance_type_id: id, local_disks: disks(id) },
      })),
    };
  }
}
