"""What MiniStack's EC2, API Gateway and WAF lack in CloudFormation. Everything that is named must be there."""

from faked_types import fake, must_exist, new_id
from ministack.services import alb, apigateway_v1, cloudwatch_logs, ec2, iam, waf


def subnets_and_groups(subnets, groups):
    """Checks that they exist, and that all lie in one network. Returns their ids."""
    networks = {ec2._subnets[must_exist("subnet", each, ec2._subnets)]["VpcId"] for each in subnets}
    networks |= {ec2._security_groups[must_exist("security group", each, ec2._security_groups)]["VpcId"] for each in groups}
    if len(networks) != 1:
        raise ValueError(f"subnets {subnets} and security groups {groups} must lie in one network, and lie in {sorted(networks)}")
    return [*subnets, *groups]


def zones_of(subnets):
    return {ec2._subnets[subnet]["AvailabilityZone"] for subnet in subnets}


def role_name(arn):
    return must_exist("role", str(arn).rsplit("/", 1)[-1], iam._roles)


def elastic_ip(props, before):
    if before:
        return before, next({"PublicIp": ip, "AllocationId": key} for key, ip in _addresses() if ip == before)
    allocation = new_id("eipalloc")
    address = f"198.51.100.{len(ec2._addresses) % 254 + 1}"
    ec2._addresses[allocation] = {
        "AllocationId": allocation,
        "PublicIp": address,
        "Domain": props.get("Domain", "vpc"),
        "AssociationId": None,
        "InstanceId": None,
        "NetworkInterfaceId": None,
        "PrivateIpAddress": None,
    }
    return address, {"PublicIp": address, "AllocationId": allocation}


def release(address):
    for key, ip in _addresses():
        if ip == address:
            del ec2._addresses[key]


def _addresses():
    return [(key, each["PublicIp"]) for key, each in ec2._addresses.items()]


def nat_gateway(props, before):
    must_exist("subnet", props.get("SubnetId"), ec2._subnets)
    must_exist("allocation", props.get("AllocationId"), ec2._addresses)
    gateway = before or new_id("nat")
    return gateway, {"NatGatewayId": gateway}


def flow_log(props, before):
    known = {"VPC": ec2._vpcs, "Subnet": ec2._subnets}[props["ResourceType"]]
    must_exist(props["ResourceType"], props["ResourceId"], known)
    if props.get("LogDestinationType", "cloud-watch-logs") == "cloud-watch-logs":
        must_exist("log group", props.get("LogGroupName"), cloudwatch_logs._log_groups)
        role_name(props.get("DeliverLogsPermissionArn"))
    log = before or new_id("fl")
    return log, {"Id": log}


SOURCE = "SourceSecurityGroupId"
# Rule -> group and address range, of rules that are resources of their own.
_ingress = {}


def security_group_rule(other_group):
    def make(props, before):
        must_exist("security group", props.get("GroupId"), ec2._security_groups)
        sources = [key for key in ("CidrIp", "CidrIpv6", other_group) if props.get(key)]
        if len(sources) != 1:
            raise ValueError(f"a rule needs exactly one of CidrIp, CidrIpv6 and {other_group}, and has {sources}")
        if props.get(other_group):
            must_exist("security group", props[other_group], ec2._security_groups)
        rule = before or new_id("sgr")
        if other_group == SOURCE:
            _ingress[rule] = (props["GroupId"], props.get("CidrIp") or props.get("CidrIpv6"))
        return rule, {"Id": rule}

    return make


def ranges_into(group):
    """The address ranges that may reach a security group, by rules of its own and by rules beside it."""
    inside = (ec2._security_groups.get(group) or {}).get("IpPermissions", [])
    ranges = [each.get("CidrIp") or each.get("CidrIpv6") for rule in inside for each in rule.get("IpRanges", []) + rule.get("Ipv6Ranges", [])]
    return ranges + [cidr for of, cidr in _ingress.values() if of == group and cidr]


def vpc_link(props, before):
    subnets_and_groups(props["SubnetIds"], props.get("SecurityGroupIds", []))
    link = before or new_id("vl")
    return link, {"VpcLinkId": link}


def web_acl_association(props, before):
    acls = {acl["ARN"] for acl in waf._web_acls.values()}
    must_exist("web ACL", props["WebACLArn"], acls)
    target = props["ResourceArn"]
    if ":loadbalancer/" in target:
        must_exist("load balancer", target, alb._lbs)
    else:
        parts = target.split(":", 5)[-1].strip("/").split("/")
        must_exist("REST API", parts[1] if len(parts) == 4 else None, apigateway_v1._rest_apis)
    waf._associations[target] = props["WebACLArn"]
    return f"{target}|{props['WebACLArn']}", {}


def firewall_logs(props, before):
    must_exist("web ACL", props["ResourceArn"], {acl["ARN"] for acl in waf._web_acls.values()})
    destinations = props["LogDestinationConfigs"]
    group = destinations[0].split(":log-group:")[-1]
    # Another name, or the ":*" with which a group's own ARN ends, WAF calls an invalid destination.
    if len(destinations) != 1 or not group.startswith("aws-waf-logs-"):
        raise ValueError(f"LogDestinationConfigs must be one log group whose name begins with aws-waf-logs-, got {destinations}")
    must_exist("log group", group, cloudwatch_logs._log_groups)
    return props["ResourceArn"], {}


def register():
    fake("AWS::EC2::EIP", elastic_ip, forget=release)
    fake("AWS::EC2::NatGateway", nat_gateway, occupies=lambda props: [props["SubnetId"]])
    fake("AWS::EC2::FlowLog", flow_log)
    fake("AWS::EC2::SecurityGroupIngress", security_group_rule(SOURCE), forget=lambda rule: _ingress.pop(rule, None))
    fake("AWS::EC2::SecurityGroupEgress", security_group_rule("DestinationSecurityGroupId"))
    fake(
        "AWS::ApiGatewayV2::VpcLink",
        vpc_link,
        occupies=lambda props: [*props["SubnetIds"], *props.get("SecurityGroupIds", [])],
    )
    fake("AWS::WAFv2::LoggingConfiguration", firewall_logs, name="ResourceArn")
    fake(
        "AWS::WAFv2::WebACLAssociation",
        web_acl_association,
        forget=lambda physical_id: waf._associations.pop(physical_id.split("|")[0], None),
    )

