package dev.pavise.k8s.cli;

import dev.pavise.auditlog.export.Origin;
import dev.pavise.logging.process.StopSignals;
import dev.pavise.policy.config.EnvironmentLookup;
import java.io.InputStream;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Where the {@code pavise} launcher and the image enter for {@code manager}, {@code injector} and {@code k8s inject}. The other commands of
 * {@code k8s} ask a gateway and are the gateway's own.
 */
@Command(
        name = "pavise",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        description = "What runs beside gateways in a Kubernetes cluster.",
        footer = {"", "pavise COMMAND --help tells more. Exit codes: 0 done, 1 refused or found wanting, 2 misuse."})
public final class K8sMain implements Runnable {
    private static final int MISUSE = 2;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private K8sMain() {}

    /** The commands under {@code k8s} that are not the gateway's. */
    @Command(name = "k8s", mixinStandardHelpOptions = true, description = "Puts gateways into manifests.")
    static final class Offline implements Runnable {
        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Override
        public void run() {
            throw new ParameterException(spec.commandLine(), "name a command of " + spec.qualifiedName());
        }
    }

    public static void main(String[] arguments) {
        CountDownLatch stopped = StopSignals.on("TERM", "INT");
        System.exit(run(
                List.of(arguments),
                new PrintWriter(System.out, true, System.out.charset()),
                new PrintWriter(System.err, true, System.err.charset()),
                System.in,
                EnvironmentLookup.ofProcess(),
                stopped));
    }

    /** @param stopped ends what serves */
    static int run(
            List<String> arguments,
            PrintWriter out,
            PrintWriter err,
            InputStream in,
            EnvironmentLookup environment,
            CountDownLatch stopped) {
        CommandLine line = new CommandLine(new K8sMain())
                .addSubcommand(new ManagerCommand(environment, stopped))
                .addSubcommand(new InjectorCommand(environment, stopped))
                .addSubcommand(new CommandLine(new Offline()).addSubcommand(new InjectFile(environment, in)));
        tellVersion(line);
        int code = line.setParameterExceptionHandler((misuse, given) -> misused(misuse))
                .setOut(out)
                .setErr(err)
                .execute(arguments.toArray(new String[0]));
        out.flush();
        return code;
    }

    private static void tellVersion(CommandLine line) {
        line.getCommandSpec().version("pavise " + Origin.PRODUCT_VERSION);
        line.getSubcommands().values().forEach(K8sMain::tellVersion);
    }

    private static int misused(ParameterException misuse) {
        CommandLine where = misuse.getCommandLine();
        where.getErr().println("pavise: " + misuse.getMessage());
        where.getErr().println("see: " + where.getCommandSpec().qualifiedName() + " --help");
        return MISUSE;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "name a command");
    }
}
