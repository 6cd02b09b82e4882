/** Type tokens, by which the engine names resources. */
export const lifecycleType = "pulumi-nodejs:dynamic/alicloud:InstanceLifecycle";
export const instanceType = "alicloud:ecs/instance:Instance";
