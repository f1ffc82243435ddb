package dev.pavise.k8s.resource;

import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;

/** The kinds of resources. Whatever one of them names is of a kind that stands before its own. */
public enum Kind {
    /** An upstream with a name. */
    AGENT("Agent", "agents"),
    /** A named list of permissions. */
    GATEWAY_ROLE("GatewayRole", "gatewayroles"),
    /** A signed tool. */
    TOOL_MANIFEST("ToolManifest", "toolmanifests"),
    /** Requests that go to one upstream under one permission. */
    GATEWAY_ROUTE("GatewayRoute", "gatewayroutes"),
    /** Who has which roles. */
    GATEWAY_ROLE_BINDING("GatewayRoleBinding", "gatewayrolebindings");

    public static final String GROUP = "pavise.dev";
    public static final String VERSION = "v1alpha1";

    /** As it stands in {@code apiVersion}. */
    public static final String API_VERSION = GROUP + "/" + VERSION;

    private final String word;
    private final String plural;

    Kind(String word, String plural) {
        this.word = word;
        this.plural = plural;
    }

    /** As it stands in {@code kind}. */
    public String word() {
        return word;
    }

    public String plural() {
        return plural;
    }

    /** What its definition is called. */
    public String definition() {
        return plural + "." + GROUP;
    }

    /** How the client addresses it. */
    public ResourceDefinitionContext context() {
        return new ResourceDefinitionContext.Builder()
                .withGroup(GROUP)
                .withVersion(VERSION)
                .withKind(word)
                .withPlural(plural)
                .withNamespaced(true)
                .build();
    }
}
