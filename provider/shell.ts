/**
 * What the state of every resource holds in place of a provider: a line that asks for the installed package by name. It is
 * the same text wherever and however the package is installed, so it is written by hand and not left to Pulumi's closure
 * serializer; see docs/decisions/0001-serialized-text.md. People have it in their state: it never changes.
 */
export const providerText = 'exports.handler = () => require("pulumi-alicloud-lifecycle/provider")';
