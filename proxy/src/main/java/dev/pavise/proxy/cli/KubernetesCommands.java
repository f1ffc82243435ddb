package dev.pavise.proxy.cli;

import dev.pavise.proxy.gate.Endpoint;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code pavise k8s}: asks a running gateway about the Deployment it speaks of, which asks the manager. These commands need no rights in the cluster
 * and speak to no API server; what they may is what the gateway lets their caller do.
 */
@Command(
        name = "k8s",
        description = "Tells how a gateway's Deployment is, scales it and has it healed, through a running gateway.",
        footer = {"", "`inject` needs no gateway: it puts one into manifests. See docs/kubernetes-api.md."})
final class KubernetesCommands extends CommandGroup {
    private static final String OUTPUT = "text or json (default: text on a terminal, else json).";
    private static final Duration PATIENCE = Duration.ofMinutes(6); // behind the longest kubernetes.manager.timeout

    private final Surroundings surroundings;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private KubernetesCommands(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** The group with its commands in it. */
    static CommandLine line(Surroundings surroundings) {
        return new CommandLine(new KubernetesCommands(surroundings))
                .addSubcommand(Elsewhere.line("inject", "Puts gateways into the pods of manifests in a file."));
    }

    @Command(
            name = "status",
            mixinStandardHelpOptions = true,
            description = "Tells how the Deployment is. Exit code 1 where it is not healthy, or nobody can tell.")
    int status(
            @Mixin ToolPlace place,
            @Option(names = "--output", paramLabel = "FORMAT", description = OUTPUT) @Nullable ResultFormat output) {
        return ask(place, AuthRequest.get(Endpoint.K8S_STATUS, ""), output, KubernetesPrint::status);
    }

    @Command(name = "pods", mixinStandardHelpOptions = true, description = "Prints the pods of the Deployment.")
    int pods(
            @Mixin ToolPlace place,
            @Option(names = "--output", paramLabel = "FORMAT", description = OUTPUT) @Nullable ResultFormat output) {
        return ask(place, AuthRequest.get(Endpoint.K8S_PODS, ""), output, KubernetesPrint::pods);
    }

    @Command(
            name = "actions",
            mixinStandardHelpOptions = true,
            description = "Prints what the manager did about the Deployment, the newest first.")
    int actions(
            @Mixin ToolPlace place,
            @Option(names = "--output", paramLabel = "FORMAT", description = OUTPUT) @Nullable ResultFormat output) {
        return ask(place, AuthRequest.get(Endpoint.K8S_ACTIONS, ""), output, KubernetesPrint::actions);
    }

    @Command(
            name = "scale",
            mixinStandardHelpOptions = true,
            description = "Sets how many pods there shall be. The same number again changes nothing.")
    int scale(
            @Mixin ToolPlace place,
            @Option(names = "--replicas", paramLabel = "N", required = true, description = "From 0 to 100.")
                    int replicas,
            @Option(names = "--output", paramLabel = "FORMAT", description = OUTPUT) @Nullable ResultFormat output) {
        ObjectNode body = JsonMapper.shared().createObjectNode().put("replicas", replicas);
        return ask(place, AuthRequest.post(Endpoint.K8S_SCALE, body), output, KubernetesPrint::scaled);
    }

    @Command(
            name = "health",
            mixinStandardHelpOptions = true,
            description = {
                "Has the manager look now, and restart what is unhealthy, within its budget.",
                "Exit code 1 where something is not healthy."
            })
    int health(
            @Mixin ToolPlace place,
            @Option(names = "--output", paramLabel = "FORMAT", description = OUTPUT) @Nullable ResultFormat output) {
        return ask(place, post(Endpoint.K8S_HEALTH), output, KubernetesPrint::healed);
    }

    @Command(
            name = "reconcile",
            mixinStandardHelpOptions = true,
            description = "Has the manager go round once now, instead of waiting for its next turn.")
    int reconcile(
            @Mixin ToolPlace place,
            @Option(names = "--output", paramLabel = "FORMAT", description = OUTPUT) @Nullable ResultFormat output) {
        return ask(place, post(Endpoint.K8S_RECONCILE), output, KubernetesPrint::healed);
    }

    @Command(
            name = "restart",
            mixinStandardHelpOptions = true,
            description = "Restarts all pods of the Deployment, one after the other.")
    int restart(
            @Mixin ToolPlace place,
            @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the records.") @Nullable
                    String reason,
            @Option(names = "--output", paramLabel = "FORMAT", description = OUTPUT) @Nullable ResultFormat output) {
        ObjectNode body = JsonMapper.shared().createObjectNode();
        if (reason != null) {
            body.put("reason", reason);
        }
        return ask(place, AuthRequest.post(Endpoint.K8S_RESTART, body), output, KubernetesPrint::restarted);
    }

    private static AuthRequest post(Endpoint endpoint) {
        return AuthRequest.post(endpoint, JsonMapper.shared().createObjectNode());
    }

    /** What to do with an answer. */
    private interface Done {
        int print(KubernetesPrint print, JsonNode json);
    }

    private int ask(ToolPlace place, AuthRequest request, @Nullable ResultFormat output, Done done) {
        KubernetesPrint print = new KubernetesPrint(Printout.of(spec, output, surroundings));
        try (RunningGateway gateway = place.open(surroundings, PATIENCE)) {
            AuthAnswer answer = gateway.ask(request);
            return answer.isDone() ? done.print(print, answer.json()) : print.refused(answer);
        }
    }
}
