package dev.pavise.k8s.compile;

import dev.pavise.policy.config.Bound;
import dev.pavise.policy.config.Key;
import dev.pavise.policy.config.Scalars;
import dev.pavise.policy.config.Section;
import dev.pavise.policy.config.Shapes;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Reads {@code injection.resources} of the manager's configuration; a test holds its defaults to {@link Allowance#USUAL}. */
public final class ResourceSection {
    private static final Key<List<String>> UPSTREAMS = Key.withDefault(
            "upstreams",
            Shapes.list(Scalars.text("an upstream of the base")),
            "[app]",
            "which of the base's upstreams routes may go to, besides the agents of their namespace");
    private static final Key<List<String>> HOSTS = Key.withDefault(
            "hosts",
            Shapes.list(Scalars.matching(
                    "a host name, *.example.com for one label in front, or an IP address",
                    "(?:\\*\\.)?[A-Za-z0-9._:-]{1,253}")),
            "[]",
            "where agents and decision points may be beyond the services of their namespace; never loopback or link-local");
    private static final Key<Boolean> PASS_CREDENTIAL = Key.withDefault(
            "pass_credential", Scalars.bool(), "false", "whether routes may pass the caller's credential on");
    private static final Key<Boolean> AUDIT_ONLY =
            Key.withDefault("audit_only", Scalars.bool(), "false", "whether routes may say enforce: audit-only");
    private static final Key<Path> TRUSTED_KEYS = Key.optional(
            "trusted_keys",
            Scalars.folder("a folder"),
            "the public keys that may sign the tools of namespaces, the same as the gateways trust; default: no tool is taken");
    private static final Key<Map<String, String>> ENVIRONMENT = Key.withDefault(
            "environment",
            Shapes.named(
                    Scalars.matching("the name of a variable", "[A-Za-z_][A-Za-z0-9_]{0,127}"),
                    Scalars.text("a value such as it may have")),
            "{}",
            "variables that the base names beyond those of every sidecar, each with a value such as it may have");
    private static final Key<Integer> MOST = Key.withDefault(
            "most", Scalars.integer(1, 5000), "500", "resources of one namespace; the newest beyond are refused");

    public static final Section<Allowance> SECTION = Section.of(
            List.of(UPSTREAMS, HOSTS, PASS_CREDENTIAL, AUDIT_ONLY, TRUSTED_KEYS, ENVIRONMENT, MOST),
            ResourceSection::make);

    private ResourceSection() {}

    private static Allowance make(Bound resources) {
        return new Allowance(
                resources.get(UPSTREAMS),
                resources.get(HOSTS),
                resources.get(PASS_CREDENTIAL),
                resources.get(AUDIT_ONLY),
                resources.find(TRUSTED_KEYS),
                resources.get(ENVIRONMENT),
                resources.get(MOST));
    }
}
