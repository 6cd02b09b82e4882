/** Type tokens, by which the engine names resources. */
export const lifecycleType = "pulumi-nodejs:dynamic/alicloud:InstanceLifecycle";
/** One resource for all members of a FleetLifecycle, with what each of them declares. */
export const fleetType = "pulumi-nodejs:dynamic/alicloud:FleetMembers";
export const instanceType = "alicloud:ecs/instance:Instance";
