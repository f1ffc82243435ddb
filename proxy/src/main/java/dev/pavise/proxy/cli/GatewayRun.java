package dev.pavise.proxy.cli;

import dev.pavise.logging.LogLevel;
import dev.pavise.logging.process.ReadyLine;
import dev.pavise.logging.process.Signals;
import dev.pavise.logging.process.StopSignals;
import dev.pavise.policy.config.ConfigError;
import dev.pavise.proxy.config.ConfigResult;
import dev.pavise.proxy.config.ConfigWatch;
import dev.pavise.proxy.config.GatewayConfig;
import dev.pavise.proxy.server.ProxyServer;
import dev.pavise.proxy.server.StartFailure;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves until it is told to stop. {@code SIGTERM} drains and ends with 0; {@code SIGHUP} and changed files bring in a new configuration, whole
 * or not at all.
 */
final class GatewayRun {
    private static final Logger log = LoggerFactory.getLogger(GatewayRun.class);
    /** A change counts once two looks agree on it, and a revocation has to be in force within two seconds. */
    private static final Duration LOOK_FOR_CHANGES = Duration.ofMillis(500);

    private final Surroundings surroundings;
    private final ConfigChoice choice;
    private final PrintWriter out;
    private final PrintWriter err;

    GatewayRun(Surroundings surroundings, ConfigChoice choice, PrintWriter out, PrintWriter err) {
        this.surroundings = surroundings;
        this.choice = choice;
        this.out = out;
        this.err = err;
    }

    /** Runs one for this process; the exit code. */
    static int of(ConfigChoice choice) {
        return of(
                choice,
                Surroundings.ofProcess(),
                new PrintWriter(System.out, true, System.out.charset()),
                new PrintWriter(System.err, true, System.err.charset()));
    }

    /** Runs one, and tells on {@code err} why where it could not; the exit code. */
    static int of(ConfigChoice choice, Surroundings surroundings, PrintWriter out, PrintWriter err) {
        try {
            return new GatewayRun(surroundings, choice, out, err).run();
        } catch (CommandFailure told) {
            err.println("pavise: " + told.getMessage());
            return told.exitCode();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ExitCode.WANTING;
        }
    }

    /**
     * Runs it; the exit code. A failure that nobody foresaw ends the process too, with all that is known of it: were it thrown on, the main
     * thread would end alone, and threads that have begun would keep a gateway alive that never serves.
     */
    int run() throws InterruptedException {
        try {
            return untilStopped();
        } catch (CommandFailure told) {
            throw told;
        } catch (RuntimeException | Error failure) {
            err.println("pavise: the gateway cannot run: " + failure);
            failure.printStackTrace(err);
            return ExitCode.WANTING;
        }
    }

    private int untilStopped() throws InterruptedException {
        refuseUnknownLevel();
        refusePortOutOfRange();
        CountDownLatch stopped = StopSignals.on("TERM", "INT");
        try (ConfigWatch watch = new ConfigWatch(() -> choice.load(surroundings))) {
            return switch (watch.load()) {
                case ConfigResult.Invalid invalid -> refuse(invalid.errors());
                case ConfigResult.Loaded loaded -> serve(loaded.config(), watch, stopped);
            };
        }
    }

    private int serve(GatewayConfig config, ConfigWatch watch, CountDownLatch stopped) throws InterruptedException {
        try (ProxyServer server = ProxyServer.start(config, surroundings.environment())) {
            watch.start(LOOK_FOR_CHANGES, new Reloads(server));
            Signals.on("HUP", () -> reload(watch));
            out.println(ReadyLine.of(server.url()));
            stopped.await();
            return ExitCode.DONE;
        } catch (StartFailure failure) {
            throw CommandFailure.wanting(String.valueOf(failure.getMessage()));
        }
    }

    private static void reload(ConfigWatch watch) {
        try {
            watch.reload();
        } catch (RuntimeException e) {
            log.error("the configuration could not be put in force; the old one stays", e);
        }
    }

    private int refuse(List<ConfigError> errors) {
        errors.forEach(err::println);
        return ExitCode.WANTING;
    }

    private void refuseUnknownLevel() {
        String level = surroundings.environment().get("PAVISE_LOG_LEVEL");
        if (level != null && LogLevel.named(level).isEmpty()) {
            throw CommandFailure.misuse(
                    "PAVISE_LOG_LEVEL `" + level + "` is none of trace, debug, info, warn, error, off");
        }
    }

    private void refusePortOutOfRange() {
        Integer port = choice.port();
        if (port != null && (port < 0 || port > 65_535)) {
            throw CommandFailure.misuse("--port `" + port + "` does not lie between 0 and 65535");
        }
    }

    /** Hands what the watch sees to the server. */
    private record Reloads(ProxyServer server) implements ConfigWatch.Listener {
        @Override
        public void changed(GatewayConfig config, ConfigWatch.Cause cause) {
            server.reload(config, cause);
        }

        @Override
        public void invalid(List<ConfigError> errors, ConfigWatch.Cause cause) {
            server.refuseReload(errors, cause);
        }
    }
}
