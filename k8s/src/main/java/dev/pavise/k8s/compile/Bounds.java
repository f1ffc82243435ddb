package dev.pavise.k8s.compile;

import dev.pavise.k8s.resource.Kind;
import dev.pavise.k8s.resource.Resource;
import dev.pavise.policy.route.PathTemplate;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Looks at one resource by itself, and refuses what a gateway would take and the operator does not let resources say. Whatever else is wrong with it,
 * the gateway's own reading finds.
 *
 * <p>Guarantees, against whoever may write resources in a namespace: they reach no file and no variable of a gateway, give no permission beyond the
 * bounds, send no request beyond their namespace and the operator's list, and change nothing that a route of the base decides.
 */
final class Bounds {
    private static final Set<String> PATHS = Set.of("ca", "cert", "key");
    private static final int LONGEST_NAME = 63;

    private final BaseConfig base;
    private final ResourceSettings settings;
    private final Set<String> agents = new HashSet<>();
    private final Set<String> roles = new HashSet<>();
    private final PermissionBounds permissions;
    private final HostBounds hosts;
    private final ManifestTrust manifests;

    /** For one namespace with all of its resources. */
    Bounds(BaseConfig base, ResourceSettings settings, String namespace, List<Resource> all, ManifestTrust manifests) {
        this.base = base;
        this.settings = settings;
        this.manifests = manifests;
        this.permissions = new PermissionBounds(settings.mayGrant(), base);
        this.hosts = new HostBounds(namespace, settings.allowance().hosts());
        for (Resource each : all) {
            if (each.kind() == Kind.AGENT) agents.add(each.name());
            if (each.kind() == Kind.GATEWAY_ROLE) roles.add(each.name());
        }
    }

    List<ResourceProblem> problems(Resource resource) {
        Problems problems = new Problems();
        Texts.check(resource.spec(), problems);
        if (!problems.all().isEmpty()) return problems.all();
        switch (resource.kind()) {
            case AGENT -> agent(resource, problems);
            case GATEWAY_ROLE -> role(resource, problems);
            case TOOL_MANIFEST -> manifests.check(resource, base.config().tools(), problems);
            case GATEWAY_ROUTE -> route(resource.spec(), problems);
            case GATEWAY_ROLE_BINDING -> binding(resource.spec(), problems);
        }
        return problems.all();
    }

    private void agent(Resource agent, Problems problems) {
        Map<String, Object> spec = agent.spec();
        if (agent.name().length() > LONGEST_NAME) problems.invalid("", "an agent's name has at most 63 characters");
        if (base.upstreams().contains(agent.name())) {
            problems.notAllowed("", "the operator's base has an upstream `" + agent.name() + "`; choose another name");
        }
        refusePaths("spec", spec, problems);
        Object service = spec.get("service");
        if (service != null && (spec.containsKey("url") || spec.containsKey("urls"))) {
            problems.invalid("spec.service", "stands beside `url` or `urls`; keep one");
        }
        if (service != null) AgentService.check(service, problems);
        if (spec.containsKey("url")) hosts.check("spec.url", spec.get("url"), problems);
        if (spec.get("urls") instanceof List<?> urls) {
            for (int at = 0; at < urls.size(); at++) hosts.check("spec.urls[" + at + "]", urls.get(at), problems);
        }
        if (spec.containsKey("ca_pem")) authorities(spec.get("ca_pem"), problems);
    }

    private static void refusePaths(String field, Map<?, ?> spec, Problems problems) {
        for (String path : PATHS) {
            if (spec.containsKey(path)) {
                problems.notAllowed(field + "." + path, "names a file of the gateway, which resources cannot");
            }
        }
    }

    private static void authorities(Object pem, Problems problems) {
        try {
            byte[] bytes = pem instanceof String text ? text.getBytes(StandardCharsets.UTF_8) : new byte[0];
            boolean any = !CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(bytes))
                    .isEmpty();
            if (!any) problems.invalid("spec.ca_pem", "holds no certificate; give PEM text");
        } catch (CertificateException unfit) {
            problems.invalid("spec.ca_pem", "cannot be read as certificates; give PEM text");
        }
    }

    private void role(Resource role, Problems problems) {
        if (base.hasRole(role.name())) {
            problems.notAllowed("", "the operator's base has a role `" + role.name() + "`; choose another name");
        }
        if (role.spec().get("permissions") instanceof List<?> list) {
            for (int at = 0; at < list.size(); at++) {
                permissions.check("spec.permissions[" + at + "]", list.get(at), problems);
            }
        }
    }

    private void binding(Map<String, Object> spec, Problems problems) {
        if (!(spec.get("roles") instanceof List<?> list)) return;
        for (int at = 0; at < list.size(); at++) {
            String role = String.valueOf(list.get(at));
            if (base.hasRole(role) && !permissions.allowsRole(role)) {
                problems.notAllowed(
                        "spec.roles[" + at + "]",
                        "`" + role + "` is a role of the operator's base, which `injection.may_grant` does not name");
            } else if (!base.hasRole(role) && !roles.contains(role)) {
                problems.invalid("spec.roles[" + at + "]", "there is no GatewayRole `" + role + "` in this namespace");
            }
        }
    }

    private void route(Map<String, Object> spec, Problems problems) {
        String upstream = String.valueOf(spec.get("upstream"));
        boolean agent = agents.contains(upstream) && !base.upstreams().contains(upstream);
        if (spec.containsKey("upstream")
                && !agent
                && !settings.allowance().upstreams().contains(upstream)) {
            problems.notAllowed(
                    "spec.upstream",
                    "`" + upstream
                            + "` is no Agent of this namespace, and not among the operator's `injection.resources.upstreams`");
        }
        if (spec.containsKey("permission")) permissions.check("spec.permission", spec.get("permission"), problems);
        if (Boolean.TRUE.equals(spec.get("pass_credential"))
                && !settings.allowance().passCredential()) {
            problems.notAllowed(
                    "spec.pass_credential", "needs `injection.resources.pass_credential: true` of the operator");
        }
        if (spec.containsKey("enforce")
                && !spec.get("enforce").equals("on")
                && !settings.allowance().auditOnly()) {
            problems.notAllowed(
                    "spec.enforce", "other than `on` needs `injection.resources.audit_only: true` of the operator");
        }
        if (spec.get("opa") instanceof Map<?, ?> opa) {
            refusePaths("spec.opa", opa, problems);
            if (opa.containsKey("token")) {
                problems.notAllowed("spec.opa.token", "is a secret, which does not belong into a resource");
            }
            if (opa.containsKey("url")) hosts.check("spec.opa.url", opa.get("url"), problems);
        }
        if (spec.get("match") instanceof Map<?, ?> match && match.get("path") instanceof String path)
            paths(path, problems);
    }

    private void paths(String path, Problems problems) {
        try {
            PathTemplate template = PathTemplate.parse(path);
            base.paths().forEach((route, kept) -> {
                if (!template.overlaps(kept)) return;
                problems.notAllowed(
                        "spec.match.path",
                        "overlaps `" + kept + "` of the base's route `" + route
                                + "`, which is the operator's to decide on");
            });
        } catch (IllegalArgumentException unfit) {
            problems.invalid("spec.match.path", String.valueOf(unfit.getMessage()));
        }
    }
}
