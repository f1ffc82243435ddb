package dev.pavise.proxy.beside;

import dev.pavise.proxy.config.ToolsConfig;
import dev.pavise.proxy.config.UpstreamConfig;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One process of a runner, from its start to its end. */
final class Running {
    private static final Logger log = LoggerFactory.getLogger(Running.class);
    private static final Pattern READY = Pattern.compile("ready (https://127\\.0\\.0\\.1:[0-9]{1,5}) in [0-9]+ ms");
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration QUEUE_TIMEOUT = Duration.ofSeconds(15);

    private final Plan plan;
    private final Pair pair;
    private final Process process;

    private Running(Plan plan, Pair pair, Process process) {
        this.plan = plan;
        this.pair = pair;
        this.process = process;
    }

    /** To be called by a thread that lives as long as the process is to: the kernel ends the one with the other. */
    static Running start(Plan plan, InstantSource clock) throws IOException {
        try {
            plan.folder().make();
            Pair pair = Pair.make(plan.own(), plan.folder(), clock.instant());
            plan.folder().tell("runner.yaml", RunnerSettings.of(plan.tools(), plan.how(), plan.folder()));
            Process process =
                    BesideCommand.of(plan.program(), plan.how(), plan.folder()).start();
            process.getOutputStream().close();
            // Not virtual ones: reading a pipe of a process holds the carrier.
            Thread.ofPlatform().daemon().name("runner-log").start(() -> RunnerLog.follow(process.getErrorStream()));
            return new Running(plan, pair, process);
        } catch (GeneralSecurityException failure) {
            throw new IOException("no certificates can be made: " + failure.getMessage(), failure);
        }
    }

    Process process() {
        return process;
    }

    /** Follows what it says, and calls back when it says that it serves; on a thread of its own. */
    void onReady(Ready ready) {
        Thread.ofPlatform()
                .daemon()
                .name("runner-says")
                .start(() -> RunnerLog.eachLine(process.getInputStream(), line -> {
                    Matcher matcher = READY.matcher(line);
                    if (matcher.matches()) {
                        announce(matcher.group(1), ready);
                    }
                }));
    }

    private void announce(String url, Ready ready) {
        try {
            ReceiptKey.publish(plan.folder().receiptKey(), plan.receiptKey());
            ready.at(where(url));
        } catch (IOException failure) {
            log.error("the runner beside the gateway is not asked for anything: {}", failure.getMessage());
        }
    }

    /** Is told where it serves. */
    interface Ready {
        void at(ToolsConfig.Runner where);
    }

    private ToolsConfig.Runner where(String url) {
        int port = Integer.parseInt(url.substring(url.lastIndexOf(':') + 1));
        return new ToolsConfig.Runner(
                new UpstreamConfig.Url(true, "127.0.0.1", port),
                pair.ca(),
                pair.clientCert(),
                pair.clientKey(),
                Pair.RUNNER,
                plan.receiptKey(),
                CONNECT_TIMEOUT,
                QUEUE_TIMEOUT,
                RunnerSettings.inFlight(plan.how()));
    }
}
