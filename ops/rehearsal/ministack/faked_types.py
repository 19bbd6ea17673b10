"""How a resource type that MiniStack lacks is put into it: checked against its schema, kept by name, replaced as in AWS.

`faked-types.json` says which there are, what CloudFormation requires of each, and what it can only create anew; with `when`, only
resources that have that property are faked. It is taken from CloudFormation's resource schemas as cfn-lint 1.58.0 carries them.
"""

import json
import uuid
from pathlib import Path

from ministack.core.responses import get_account_id, get_region
from ministack.services.cloudformation.provisioners import _RESOURCE_HANDLERS

SCHEMAS = json.loads(Path(__file__).with_name("faked-types.json").read_text())

# (type, name) -> physical id, of all that is there and has a name that nothing else may have.
_named = {}
# Id of a subnet or security group -> what has a network interface in it.
_occupants = {}


def new_id(prefix):
    """An id as EC2 makes them: `nat-0123456789abcdef0`."""
    return f"{prefix}-0{uuid.uuid4().hex[:16]}"


def new_arn(service, resource):
    return f"arn:aws:{service}:{get_region()}:{get_account_id()}:{resource}"


def fake(resource_type, make, name=None, occupies=None, forget=None):
    """Registers a type.

    `make(props, before)` checks the properties and returns (physical id, attributes); `before` is the physical id when it is
    changed in place, else None. `name` is the property with a name that must be free. `occupies(props)` gives the subnets and
    security groups in which it has network interfaces. `forget(physical_id)` undoes `make`.
    """
    schema = SCHEMAS[resource_type]

    def create(_logical_id, props, _stack_name):
        check_required(schema["required"], props)
        if name and (resource_type, props[name]) in _named:
            raise ValueError(f"{resource_type} with {name} {props[name]!r} already exists")
        made = make(props, None)
        settle(made[0], props)
        return made

    def settle(physical_id, props):
        if name:
            _named[(resource_type, props[name])] = physical_id
        for place in occupies(props) if occupies else []:
            _occupants.setdefault(place, set()).add(f"{resource_type} {physical_id}")

    def update(physical_id, old, new, stack_name, logical_id):
        changed = [path for path in schema["createOnly"] if value_at(old, path) != value_at(new, path)]
        if not changed:
            check_required(schema["required"], new)
            return make(new, physical_id)
        if name and old[name] == new[name]:
            raise ValueError(
                f"CloudFormation cannot update a stack when a custom-named resource requires replacing: {', '.join(changed)} "
                f"of {resource_type} can only be created anew, and {name} {new[name]!r} is taken by the one that is there"
            )
        return create(logical_id, new, stack_name)

    def delete(physical_id, props):
        if name and _named.get((resource_type, props.get(name))) == physical_id:
            del _named[(resource_type, props[name])]
        for users in _occupants.values():
            users.discard(f"{resource_type} {physical_id}")
        if forget:
            forget(physical_id)

    theirs = _RESOURCE_HANDLERS.get(resource_type)
    if "when" in schema:
        _RESOURCE_HANDLERS[resource_type] = _beside(theirs, schema["when"], create, update, delete)
    elif theirs:
        raise RuntimeError(f"MiniStack has {resource_type} by now; take its stand-in out")
    else:
        _RESOURCE_HANDLERS[resource_type] = {"create": create, "update": update, "update_with_logical_id": True, "delete": delete}


def _beside(theirs, key, create, update, delete):
    """A type that MiniStack has, except where the properties have `key`."""

    def either_create(logical_id, props, stack_name):
        return (create if key in props else theirs["create"])(logical_id, props, stack_name)

    def either_update(physical_id, old, new, stack_name, logical_id):
        if key in old and key in new:
            return update(physical_id, old, new, stack_name, logical_id)
        if key in old or key in new:
            return either_create(logical_id, new, stack_name)
        rest = (stack_name, logical_id) if theirs.get("update_with_logical_id") else (stack_name,)
        return theirs["update"](physical_id, old, new, *rest)

    def either_delete(physical_id, props):
        return (delete if key in props else theirs["delete"])(physical_id, props)

    return {**theirs, "create": either_create, "update": either_update, "update_with_logical_id": True, "delete": either_delete}


def occupants(place):
    """What has a network interface in a subnet or security group."""
    return sorted(_occupants.get(place, ()))


def check_required(required, props):
    missing = [key for key in required if props.get(key) in (None, "", [], {})]
    if missing:
        raise ValueError(f"Model validation failed: required key {', '.join(missing)} is missing or empty")


def must_exist(what, key, known):
    """`key`, if it is among the `known`; a reference that leads nowhere is an error."""
    if not isinstance(key, str) or key not in known:
        raise ValueError(f"{what} {key!r} does not exist")
    return key


def value_at(props, path):
    value = props
    for step in path.split("/"):
        value = value.get(step) if isinstance(value, dict) else None
    return value
