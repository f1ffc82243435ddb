package dev.pavise.k8s.compile;

import dev.pavise.policy.config.ConfigError;
import dev.pavise.policy.config.ConfigText;
import dev.pavise.policy.config.Cursor;
import dev.pavise.policy.config.EnvironmentLookup;
import dev.pavise.policy.config.Reading;
import dev.pavise.policy.config.Shape;
import dev.pavise.policy.config.YamlNode;
import dev.pavise.policy.route.PathTemplate;
import dev.pavise.proxy.config.GatewayConfig;
import dev.pavise.proxy.config.RouteConfig;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The operator's base: as it was read, and as a gateway understands it. It loads by itself. */
record BaseConfig(YamlNode.Mapping tree, GatewayConfig config) {

    /** What came of a text. */
    sealed interface Read {
        record Ready(BaseConfig base) implements Read {}

        record Refused(List<String> errors) implements Read {}
    }

    static Read of(String text, ConfigJudge judge) {
        return switch (judge.judge(text)) {
            case ConfigJudge.Judged.Unfit(List<ConfigError> errors) ->
                new Read.Refused(errors.stream().map(ConfigError::toString).toList());
            case ConfigJudge.Judged.Fit(GatewayConfig config) -> {
                if (config.access().rolesFile() != null) {
                    yield new Read.Refused(List.of(
                            "`roles_file` is not read in a base, as resources add to `roles`; write its roles out"));
                }
                yield new Read.Ready(new BaseConfig(tree(text), config));
            }
        };
    }

    private static YamlNode.Mapping tree(String text) {
        Reading reading = Reading.elsewhere(ConfigJudge.FILE, EnvironmentLookup.ofProcess(), "manager");
        YamlNode root =
                Objects.requireNonNull(ConfigText.parse(text, ConfigJudge.FILE, new AsItIs(), "a mapping", reading));
        return (YamlNode.Mapping) root; // it was read as one by the judge
    }

    /** Whatever stands there, references and all. */
    private record AsItIs() implements Shape<YamlNode> {
        @Override
        public @Nullable YamlNode read(Cursor at, Reading reading) {
            return at.node();
        }

        @Override
        public Map<String, Object> schema() {
            return Map.of();
        }
    }

    Set<String> upstreams() {
        return config.upstreams().keySet();
    }

    /** Also the one that is always there. */
    boolean hasRole(String name) {
        return name.equals("admin")
                || config.access().roles().stream().anyMatch(role -> role.name().equals(name));
    }

    /** The routes of the base by the paths that they keep for themselves. */
    Map<String, PathTemplate> paths() {
        return config.routes().stream()
                .collect(Collectors.toMap(
                        RouteConfig::name,
                        route -> PathTemplate.parse(route.match().path())));
    }
}
