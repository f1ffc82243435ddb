package dev.pavise.proxy.gate;

import dev.pavise.proxy.config.IdentityConfig;
import dev.pavise.proxy.http.AllowedHosts;
import dev.pavise.proxy.http.RequestHead;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What clients are told of where to get tokens for this gateway (RFC 9728). Anyone may ask, under any Host; a name that is not one of this
 * gateway's is not repeated.
 */
public final class ResourceMetadata {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final @Nullable String configured;
    private final AllowedHosts hosts;
    private final @Nullable String first;
    private final List<String> issuers;

    private ResourceMetadata(
            @Nullable String configured, AllowedHosts hosts, @Nullable String first, List<String> issuers) {
        this.configured = configured;
        this.hosts = hosts;
        this.first = first;
        this.issuers = issuers;
    }

    /**
     * What is told under one configuration.
     *
     * @param names those that the gateway answers to, in their order
     * @param hosts the same, compiled
     */
    public static ResourceMetadata of(IdentityConfig identity, List<String> names, AllowedHosts hosts) {
        Set<String> issuers = new LinkedHashSet<>();
        for (IdentityConfig.Issuer issuer : identity.issuers()) {
            String url = issuer.issuer();
            if (issuer.keys() instanceof IdentityConfig.Keys.Remote && url != null && url.startsWith("https://")) {
                issuers.add(url);
            }
        }
        String first = names.stream()
                .filter(name -> !name.startsWith("*."))
                .map(name -> name.indexOf(':') >= 0 && !name.startsWith("[") ? "[" + name + "]" : name)
                .findFirst()
                .orElse(null);
        return new ResourceMetadata(identity.resource(), hosts, first, List.copyOf(issuers));
    }

    /** The resource's URL: the configured one, else where the client came to, else the gateway's first name. */
    private Optional<String> resource(RequestHead head) {
        if (configured != null) {
            return Optional.of(configured);
        }
        return hosts.allows(head.host())
                ? Optional.of("https://" + head.authority())
                : Optional.ofNullable(first).map(name -> "https://" + name);
    }

    /** The metadata as JSON; empty where the gateway has no name of its own to give. */
    public Optional<String> json(RequestHead head) {
        return resource(head).map(this::json);
    }

    private String json(String resource) {
        ObjectNode metadata = JSON.createObjectNode().put("resource", resource);
        if (!issuers.isEmpty()) {
            issuers.forEach(metadata.putArray("authorization_servers")::add);
        }
        metadata.putArray("bearer_methods_supported").add("header");
        return JSON.writeValueAsString(metadata);
    }

    /**
     * The challenge of a 401 (RFC 6750, section 3).
     *
     * @param presented whether there was a credential; which one, and what was wrong with it, makes no difference
     */
    public String challenge(@Nullable RequestHead head, boolean presented) {
        String metadata = Optional.ofNullable(head)
                .flatMap(this::resource)
                .map(resource -> ", resource_metadata=\"" + resource + Endpoint.RESOURCE_METADATA.path() + "\"")
                .orElse("");
        return "Bearer realm=\"pavise\"" + metadata + (presented ? ", error=\"invalid_token\"" : "");
    }
}
