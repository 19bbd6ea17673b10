"""Where MiniStack does otherwise than AWS, and a rehearsal would not see it or would see ghosts.

It deletes a bucket that is not empty, and a network that is in use. It forgets a bucket's tags, for one of which CDK's function
looks before it empties the bucket. It refuses a change set that changes only outputs, which is how a stack begins to tell another
one something. It gives a secret's name where AWS gives its ARN. It lets an export change that another stack imports.
"""

from faked_types import occupants
from ministack.services import s3, secretsmanager
from ministack.services.cloudformation import _exports, _stacks, changesets, drift, handlers, stacks
from ministack.services.cloudformation.provisioners import _RESOURCE_HANDLERS


def register():
    _keep_bucket_tags()
    _let_outputs_change()
    _refer_to_secrets_by_arn()
    _keep_imported_exports()
    _before_delete("AWS::S3::Bucket", _refuse_full_bucket)
    _before_delete("AWS::EC2::Subnet", _refuse_occupied)
    _before_delete("AWS::EC2::SecurityGroup", _refuse_occupied)


def _before_delete(resource_type, check):
    handler = _RESOURCE_HANDLERS[resource_type]
    delete = handler["delete"]

    def checked(physical_id, *rest):
        check(physical_id)
        return delete(physical_id, *rest)

    handler["delete"] = checked


def _refuse_full_bucket(name):
    bucket = s3._buckets.get(name) or {"objects": {}}
    versions = [key for (owner, key), kept in s3._object_versions.items() if owner == name and kept]
    left = sorted({*bucket["objects"], *versions})
    if left:
        raise ValueError(f"The bucket you tried to delete is not empty: {name} holds {left[0]} and {len(left) - 1} more")


def _refuse_occupied(place):
    users = occupants(place)
    if users:
        raise ValueError(f"{place} has dependencies and cannot be deleted: {', '.join(users)}")


def _keep_bucket_tags():
    handler = _RESOURCE_HANDLERS["AWS::S3::Bucket"]
    create, update = handler["create"], handler["update"]

    def tagged(made, props):
        s3._bucket_tags[made[0]] = {tag["Key"]: tag["Value"] for tag in props.get("Tags", [])}
        return made

    handler["create"] = lambda logical_id, props, *rest: tagged(create(logical_id, props, *rest), props)
    handler["update"] = lambda physical_id, old, new, *rest: tagged(update(physical_id, old, new, *rest), new)


class _OutputsAlone(list):
    """No change of a resource, and yet a change."""

    def __bool__(self):
        return True


def _let_outputs_change():
    diff, resolve = changesets._diff_resources, changesets._resolve_props_for_diff

    def resolve_with_outputs(template, *rest):
        return {**resolve(template, *rest), "Outputs": template.get("Outputs", {})} if template else {}

    def diff_resources(old_template, new_template, *rest, **named):
        changes = diff(old_template, new_template, *rest, **named)
        if not changes and old_template and old_template.get("Outputs", {}) != new_template.get("Outputs", {}):
            return _OutputsAlone()
        return changes

    changesets._diff_resources = diff_resources
    changesets._resolve_props_for_diff = resolve_with_outputs


def _refer_to_secrets_by_arn():
    handler = _RESOURCE_HANDLERS["AWS::SecretsManager::Secret"]
    create, update, delete = handler["create"], handler["update"], handler["delete"]

    def by_arn(made):
        _name, attributes = made
        return attributes["Arn"], attributes

    def name_of(arn):
        return next((name for name, secret in secretsmanager._secrets.items() if secret["ARN"] == arn), arn)

    handler["create"] = lambda *given: by_arn(create(*given))
    handler["update"] = lambda arn, *rest: by_arn(update(name_of(arn), *rest))
    handler["delete"] = lambda arn, props: delete(name_of(arn), props)
    # Its drift is looked up by the same id.
    read, properties = drift._DRIFT_READERS["AWS::SecretsManager::Secret"]
    drift._DRIFT_READERS["AWS::SecretsManager::Secret"] = (lambda arn, props: read(name_of(arn), props), properties)


def _keep_imported_exports():
    """An export that another stack imports has the value it has."""
    resolve = stacks._resolve_stack_outputs

    def resolve_kept(definitions, conditions, resources, parameters, mappings, stack_name, stack_id):
        outputs, exports = resolve(definitions, conditions, resources, parameters, mappings, stack_name, stack_id)
        for name, export in exports.items():
            known = _exports.get(name)
            if known is None or known["Value"] == export["Value"]:
                continue
            for other_name, other in list(_stacks.items()):
                if other_name != stack_name and name in handlers._imported_export_names(other, other_name):
                    raise ValueError(f"Export {name} cannot be updated as it is in use by {other_name}")
        return outputs, exports

    stacks._resolve_stack_outputs = resolve_kept
