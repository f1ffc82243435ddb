package dev.pavise.proxy.config;

import dev.pavise.policy.config.Bound;
import dev.pavise.policy.config.ByteSize;
import dev.pavise.policy.config.Key;
import dev.pavise.policy.config.Scalars;
import dev.pavise.policy.config.Secret;
import dev.pavise.policy.config.Section;
import dev.pavise.policy.config.Shapes;
import dev.pavise.policy.tool.ToolPolicy;
import dev.pavise.policy.tool.ToolPolicyKeys;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads {@code tools}. */
final class ToolsSection {

    private static final Key<UpstreamConfig.Url> URL =
            Key.required("url", Addresses.upstreamUrl(), "where it is: https, host and port");
    private static final Key<Path> CA = Key.required(
            "ca", Scalars.file("a PEM file"), "authorities its certificate must come from; no others are believed");
    private static final Key<Path> CERT =
            Key.required("cert", Scalars.file("a PEM file"), "the gateway's client certificate towards it");
    private static final Key<Path> KEY = Key.required("key", Scalars.file("a PEM file"), "the private key of cert");
    private static final Key<String> SERVER_NAME = Key.optional(
            "server_name",
            Addresses.serverName(),
            "the one name its certificate must carry; default: the host of the url");
    private static final Key<Path> RECEIPT_KEY = Key.optional(
            "receipt_key",
            Scalars.file("a PEM file"),
            "the Ed25519 public key that its receipts must be signed with; default: they are handed on unchecked");
    private static final Key<Duration> CONNECT_TIMEOUT = Key.withDefault(
            "connect_timeout", Scalars.duration("1ms", "5m"), "5s", "until a connection stands, TLS included");
    private static final Key<Duration> QUEUE_TIMEOUT = Key.withDefault(
            "queue_timeout",
            Scalars.duration("1ms", "1h"),
            "15s",
            "longest wait there for a turn; more than the runner's own");

    private static final Key<Integer> MAX_IN_FLIGHT = Key.withDefault(
            "max_in_flight",
            Scalars.integer(1, 10_000),
            "64",
            "runs at a time, those that wait there among them; no more than the runner's streams");

    private static final Section<ToolsConfig.Runner> RUNNER_SECTION = Section.of(
            List.of(URL, CA, CERT, KEY, SERVER_NAME, RECEIPT_KEY, CONNECT_TIMEOUT, QUEUE_TIMEOUT, MAX_IN_FLIGHT),
            ToolsSection::runner);

    private static final Key<ByteSize> MAX_SIZE =
            Key.withDefault("max_size", Scalars.size("1B", "1GiB"), "64MiB", "the largest tool");
    private static final Key<ByteSize> MAX_TOTAL = Key.withDefault(
            "max_total",
            Scalars.size("1B", "16TiB"),
            "1GiB",
            "all content that is kept; what no manifest names goes first");

    private static final Section<ToolsConfig.Content> CONTENT_SECTION =
            Section.of(List.of(MAX_SIZE, MAX_TOTAL), ToolsSection::content);

    private static final Key<Path> TRUSTED_KEYS = Key.required(
            "trusted_keys", Scalars.folder("a folder"), "the public keys that may sign tools, and what is revoked");
    private static final Key<List<Path>> MANIFESTS = Key.optional(
            "manifests",
            Shapes.oneOrSome(Scalars.fileOrFolder("a manifest, or a folder of such")),
            "signed manifests that are registered by this file and changed with it: a file or folder, or a list;"
                    + " default: none");
    private static final Key<Map<String, ToolPolicy>> POLICIES = Key.withDefault(
            "policies",
            ToolPolicyKeys.BY_TOOL,
            "{}",
            "by tool id: the bounds of tools whose manifest says policy: custom; without one such a tool does not run");
    private static final Key<Map<String, Secret>> SECRETS = Key.withDefault(
            "secrets",
            ToolSecretsSection.ALL,
            "{}",
            "by name: what tools get whose manifest names secret:<name>, if the caller has that permission; better as"
                    + " ${file:...}");
    private static final Key<ToolsConfig.Runner> RUNNER = Key.optional(
            "runner", RUNNER_SECTION, "the process that runs tools, if you start it; the gateway itself runs none");
    private static final Key<ToolsConfig.LocalRunner> LOCAL_RUNNER = Key.optional(
            "local_runner", LocalRunnerSection.SECTION, "instead of runner: the gateway starts one beside itself");
    private static final Key<ToolsConfig.Content> CONTENT =
            Key.withDefault("content", CONTENT_SECTION, "{}", "what is kept of the bytes of tools");

    static final Section<ToolsConfig> SECTION = Section.of(
            List.of(TRUSTED_KEYS, MANIFESTS, POLICIES, SECRETS, RUNNER, LOCAL_RUNNER, CONTENT), ToolsSection::tools);

    private ToolsSection() {}

    private static @Nullable ToolsConfig tools(Bound tools) {
        ToolsConfig.Runner there = tools.find(RUNNER);
        ToolsConfig.LocalRunner here = tools.find(LOCAL_RUNNER);
        if (there != null && here != null) {
            tools.error(LOCAL_RUNNER, "stands beside `runner`; keep one of the two");
            return null;
        }
        ToolsConfig.RunBy runner = there == null ? here : there;
        if (runner == null) {
            tools.error(
                    "neither `runner` nor `local_runner` is there; `local_runner: {}` starts one beside the gateway");
            return null;
        }
        List<Path> manifests = tools.find(MANIFESTS);
        return new ToolsConfig(
                tools.get(TRUSTED_KEYS),
                manifests == null ? List.of() : manifests,
                tools.get(POLICIES),
                tools.get(SECRETS),
                runner,
                tools.get(CONTENT),
                tools.place());
    }

    private static ToolsConfig.@Nullable Runner runner(Bound runner) {
        if (!runner.get(URL).secure()) {
            runner.error(URL, "is not https; a runner is reached by mutual TLS alone");
            return null;
        }
        return new ToolsConfig.Runner(
                runner.get(URL),
                runner.get(CA),
                runner.get(CERT),
                runner.get(KEY),
                runner.find(SERVER_NAME),
                runner.find(RECEIPT_KEY),
                runner.get(CONNECT_TIMEOUT),
                runner.get(QUEUE_TIMEOUT),
                runner.get(MAX_IN_FLIGHT));
    }

    private static ToolsConfig.@Nullable Content content(Bound content) {
        if (content.get(MAX_TOTAL).bytes() < content.get(MAX_SIZE).bytes()) {
            content.error(MAX_TOTAL, "is less than max_size, so that the largest tool would never fit");
            return null;
        }
        return new ToolsConfig.Content(content.get(MAX_SIZE), content.get(MAX_TOTAL));
    }
}
