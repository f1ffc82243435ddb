package dev.pavise.runner.server;

import dev.pavise.policy.tool.ToolKind;
import dev.pavise.runner.config.Endpoint;
import dev.pavise.runner.config.LimitsConfig;
import dev.pavise.runner.config.MetricsConfig;
import dev.pavise.runner.config.RunnerConfig;
import dev.pavise.runner.job.Jobs;
import dev.pavise.runner.job.Workshop;
import dev.pavise.runner.metrics.RunnerMetrics;
import dev.pavise.runner.queue.RunQueue;
import dev.pavise.runner.run.Backend;
import dev.pavise.runner.tls.BadMaterialException;
import dev.pavise.runner.tls.RenewedTls;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A runner that serves: one door for gateways, perhaps one for metrics, by mutual TLS with pinned names. It verifies each tool by its own keys and policies
 * and trusts nothing that a gateway says of one.
 */
public final class RunnerServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RunnerServer.class);
    private static final int MOST_LOOPS = 4;
    private static final long SWEEP_MILLIS = 100;
    private static final long RENEWAL_MILLIS = 2000;
    private static final Duration LAST_WORDS = Duration.ofSeconds(5);

    private final LimitsConfig limits;
    private final Workshop workshop;
    private final RunQueue queue;
    private final Jobs jobs;
    private final EventLoopGroup loops;
    private final List<Door> doors = new ArrayList<>();

    private RunnerServer(LimitsConfig limits, Workshop workshop) {
        this.limits = limits;
        this.workshop = workshop;
        this.queue = RunnerParts.queue(limits);
        this.jobs = new Jobs(workshop, queue);
        int processors = Runtime.getRuntime().availableProcessors();
        this.loops = new MultiThreadIoEventLoopGroup(Math.min(processors, MOST_LOOPS), NioIoHandler.newFactory());
    }

    /** Starts a runner; the backends are its own from here on, and are closed with it, also where it does not start. */
    public static RunnerServer start(RunnerConfig config, Map<ToolKind, Backend> backends, InstantSource clock)
            throws StartFailure {
        RunnerServer server = null;
        try {
            RunnerMetrics metrics = new RunnerMetrics();
            RenewedTls tls = tls(config, config.tls().gatewayNames(), clock);
            MetricsConfig scraped = config.metrics();
            RenewedTls metricsTls = scraped == null ? null : tls(config, scraped.names(), clock);
            server = new RunnerServer(config.limits(), RunnerParts.workshop(config, backends, metrics, clock));
            server.open(config, tls, metricsTls, metrics);
            return server;
        } catch (StartFailure | RuntimeException e) {
            if (server == null) {
                backends.values().forEach(Backend::close);
            } else {
                server.close();
            }
            throw e;
        }
    }

    private static RenewedTls tls(RunnerConfig config, Collection<String> names, InstantSource clock)
            throws StartFailure {
        try {
            return RenewedTls.load(config.tls(), names, clock);
        } catch (BadMaterialException e) {
            throw new StartFailure(e.problem());
        }
    }

    private void open(RunnerConfig config, RenewedTls tls, @Nullable RenewedTls metricsTls, RunnerMetrics metrics)
            throws StartFailure {
        RunnerParts.gauges(metrics, queue, workshop.contents());
        Api api = new Api(workshop.contents(), jobs, limits, metrics);
        doors.add(door(config.listen(), tls, api, metrics));
        MetricsConfig scraped = config.metrics();
        if (scraped != null && metricsTls != null) {
            doors.add(door(scraped.listen(), metricsTls, new MetricsRoutes(metrics), metrics));
        }
        metrics.gauge("pavise_runner_connections", "connections that are open", doors.getFirst(), Door::connections);
        loops.scheduleAtFixedRate(this::sweep, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
        Runnable renewal = () -> Thread.ofVirtual().name("renewal").start(this::renew);
        loops.scheduleWithFixedDelay(renewal, RENEWAL_MILLIS, RENEWAL_MILLIS, TimeUnit.MILLISECONDS);
    }

    private Door door(Endpoint at, RenewedTls tls, Routes routes, RunnerMetrics metrics) throws StartFailure {
        try {
            return new Door(loops, at.socketAddress(), tls, routes, limits, metrics);
        } catch (IOException e) {
            throw new StartFailure("cannot listen on " + at + ": " + e.getMessage());
        }
    }

    private void sweep() {
        try {
            queue.sweep();
        } catch (RuntimeException bug) {
            workshop.metrics().onBug();
            log.error("the queue cannot be swept", bug);
        }
    }

    /** Looks whether the files of TLS have changed, as it does by itself every few seconds. */
    void renew() {
        doors.forEach(Door::renew);
    }

    /** Where gateways come in. */
    public String url() {
        return url(0);
    }

    /** Where metrics are asked for. Throws {@link IndexOutOfBoundsException} where there is no door for them. */
    public String metricsUrl() {
        return url(1);
    }

    private String url(int door) {
        InetSocketAddress address = doors.get(door).address();
        InetAddress host = address.getAddress();
        String name = host.isAnyLocalAddress() ? "localhost" : host.getHostAddress();
        return "https://" + (name.indexOf(':') >= 0 ? "[" + name + "]" : name) + ":" + address.getPort();
    }

    /** Takes in no more runs, lets those under way end for as long as {@code limits.drain_timeout}, ends what is left, and stops. */
    @Override
    public void close() {
        queue.drain();
        doors.forEach(Door::drain);
        try {
            if (!jobs.awaitNone(limits.drainTimeout())) {
                jobs.cancelAll();
                jobs.awaitNone(LAST_WORDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        workshop.backends().values().forEach(Backend::close);
        doors.forEach(door -> door.awaitClosed(LAST_WORDS)); // answers leave before the loops end
        loops.shutdownGracefully(0, LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS)
                .awaitUninterruptibly();
        workshop.contents().close();
    }
}
