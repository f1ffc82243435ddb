package dev.pavise.proxy.cli;

import dev.pavise.policy.config.ConfigError;
import dev.pavise.proxy.config.ConfigResult;
import dev.pavise.proxy.config.PolicyCase;
import dev.pavise.proxy.config.PolicyCases;
import dev.pavise.proxy.explain.Explainer;
import dev.pavise.proxy.explain.Explanation;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code pavise policy}: what a configuration says to a request, and why, without a running gateway. */
@Command(name = "policy", description = "Explains and tests what a configuration allows.")
final class PolicyCommands extends CommandGroup {
    private static final String OUTPUT = "text (default) or json.";

    private final Surroundings surroundings;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    PolicyCommands(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Command(
            name = "explain",
            mixinStandardHelpOptions = true,
            description = {
                "Tells what the configuration says to a request, and why. Shows values of the headers and claims that are given.",
                "Exit code 0: it passes; 1: it is refused."
            })
    int explain(
            @Mixin ConfigSource source,
            @Mixin RequestOptions request,
            @Mixin IdentityOptions identity,
            @Option(names = "--output", paramLabel = "FORMAT", defaultValue = "text", description = OUTPUT)
                    ResultFormat output) {
        Explainer explainer = explainer(source);
        Explanation explanation;
        try {
            explanation =
                    explainer.explain(request.described(), identity.described(surroundings), identity.certificate());
        } catch (IllegalArgumentException meansNothing) {
            throw CommandFailure.misuse(String.valueOf(meansNothing.getMessage()));
        }
        if (output == ResultFormat.JSON) {
            out().println(JsonMapper.shared().writeValueAsString(ExplanationText.tree(explanation)));
        } else {
            ExplanationText.print(explanation, out());
        }
        return explanation.allowed() ? ExitCode.DONE : ExitCode.WANTING;
    }

    @Command(
            name = "test",
            mixinStandardHelpOptions = true,
            description = {
                "Compares what the configuration says with what a file of cases expects.",
                "Exit code 0: as expected; 1: not; 2: the file of cases cannot be read."
            })
    int test(
            @Parameters(paramLabel = "CASES", description = "A YAML file of cases; see docs/conditions.md.") Path file,
            @Mixin ConfigSource source,
            @Option(names = "--output", paramLabel = "FORMAT", defaultValue = "text", description = OUTPUT)
                    ResultFormat output) {
        return switch (PolicyCases.load(surroundings.resolve(file), surroundings.environment())) {
            case PolicyCases.Result.Invalid(List<ConfigError> errors) -> {
                errors.forEach(error -> spec.commandLine().getErr().println(error));
                yield ExitCode.MISUSE;
            }
            case PolicyCases.Result.Loaded(List<PolicyCase> cases) -> compare(explainer(source), cases, output);
        };
    }

    private int compare(Explainer explainer, List<PolicyCase> cases, ResultFormat output) {
        List<CaseResult> results = new ArrayList<>();
        cases.forEach(each -> results.add(CaseResult.of(each, explainer)));
        long failed =
                results.stream().filter(result -> !result.failures().isEmpty()).count();
        if (output == ResultFormat.JSON) {
            Map<String, Object> tree = new LinkedHashMap<>();
            tree.put("passed", results.size() - failed);
            tree.put("failed", failed);
            tree.put("cases", results.stream().map(CaseResult::tree).toList());
            out().println(JsonMapper.shared().writeValueAsString(tree));
        } else {
            results.forEach(result -> result.print(out()));
            out().println((results.size() - failed) + " ok, " + failed + " failed");
        }
        return failed == 0 ? ExitCode.DONE : ExitCode.WANTING;
    }

    private Explainer explainer(ConfigSource source) {
        return switch (source.choice().load(surroundings)) {
            case ConfigResult.Invalid invalid -> throw unusable(invalid.errors());
            case ConfigResult.Loaded loaded ->
                switch (Explainer.of(loaded.config(), surroundings.clock())) {
                    case Explainer.Made.Ready(Explainer explainer) -> explainer;
                    case Explainer.Made.Refused(List<ConfigError> errors) -> throw unusable(errors);
                };
        };
    }

    private CommandFailure unusable(List<ConfigError> errors) {
        errors.forEach(error -> spec.commandLine().getErr().println(error));
        return CommandFailure.misuse("the configuration cannot be used, so there is nothing to explain");
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
