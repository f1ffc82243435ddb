package dev.pavise.proxy.server;

import dev.pavise.auditlog.AuditLog;
import dev.pavise.auditlog.AuditRecord;
import dev.pavise.auditlog.AuditUnavailable;
import dev.pavise.auditlog.Phase;
import dev.pavise.auditlog.RefusalRollup;
import dev.pavise.auditlog.Stored;
import dev.pavise.proxy.config.RecordedConfig;
import dev.pavise.proxy.forward.Forwarder;
import dev.pavise.proxy.gate.Endpoint;
import dev.pavise.proxy.gate.Gate;
import dev.pavise.proxy.gate.Timeouts;
import dev.pavise.proxy.http.Flushes;
import dev.pavise.proxy.http.Http2HeadWriter;
import dev.pavise.proxy.http.Http2Section;
import dev.pavise.proxy.http.Reads;
import dev.pavise.proxy.http.RequestHead;
import dev.pavise.proxy.management.LocalAnswer;
import dev.pavise.proxy.management.Management;
import dev.pavise.proxy.metrics.GatewayMetrics;
import io.netty.channel.EventLoop;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * What the connections of one event loop share: the gate and the services behind it, which serve all loops, and the deadlines, header blocks,
 * writer of heads and list of live connections, which are this loop's own and need no lock.
 */
final class Loop {
    /** What serves all loops. */
    record Services(
            Gate gate,
            AuditLog audit,
            LongSupplier roomForAudit,
            RefusalRollup rollup,
            Sessions sessions,
            Forwarder forwarder,
            Management management,
            GatewayMetrics metrics,
            Failures failures,
            RecordedConfig recorded,
            InstantSource clock) {}

    private final EventLoop eventLoop;
    private final Services services;
    private final Deadlines deadlines;
    private final Blocks blocks = new Blocks();
    private final Drafts drafts;
    private final Parsers parsers = new Parsers();
    private final Pairs pairs = new Pairs();
    private final AuditRecord.Builder record = AuditRecord.of(Phase.EVENT, "", "", "");
    private final Reads reads;
    private final Flushes flushes;
    private final Http2HeadWriter heads = new Http2HeadWriter();
    private final Http2Section section = new Http2Section();
    private final RequestIds requestIds;
    private final Set<Live> live = new LinkedHashSet<>();
    private final Stored unheard;
    private boolean draining;

    Loop(EventLoop eventLoop, Services services) {
        this.eventLoop = eventLoop;
        this.services = services;
        this.drafts = new Drafts(services.gate());
        this.deadlines = new Deadlines(System::nanoTime);
        this.reads = new Reads(eventLoop);
        this.flushes = new Flushes(eventLoop);
        this.requestIds = new RequestIds(services.clock(), new SplittableRandom());
        this.unheard = new Unheard(services.metrics());
    }

    /** Begins to watch the time. */
    void start() {
        eventLoop.scheduleAtFixedRate(
                deadlines::sweep, Deadlines.SWEEP_MILLIS, Deadlines.SWEEP_MILLIS, TimeUnit.MILLISECONDS);
    }

    EventLoop eventLoop() {
        return eventLoop;
    }

    Gate gate() {
        return services.gate();
    }

    AuditLog audit() {
        return services.audit();
    }

    /** Free bytes where the audit log is, as last seen. */
    long roomForAudit() {
        return services.roomForAudit().getAsLong();
    }

    RefusalRollup rollup() {
        return services.rollup();
    }

    Sessions sessions() {
        return services.sessions();
    }

    Forwarder forwarder() {
        return services.forwarder();
    }

    Management management() {
        return services.management();
    }

    /** The answer of an endpoint that anyone may ask. */
    LocalAnswer open(Endpoint endpoint, RequestHead head) {
        return endpoint == Endpoint.RESOURCE_METADATA
                ? LocalAnswer.metadata(gate().snapshot().resource().json(head))
                : management().open(endpoint);
    }

    GatewayMetrics metrics() {
        return services.metrics();
    }

    Failures failures() {
        return services.failures();
    }

    /** What of requests is recorded beside what always is. */
    RecordedConfig recorded() {
        return services.recorded();
    }

    Deadlines deadlines() {
        return deadlines;
    }

    Blocks blocks() {
        return blocks;
    }

    Drafts drafts() {
        return drafts;
    }

    Parsers parsers() {
        return parsers;
    }

    /** What stands in records again and again. */
    Pairs pairs() {
        return pairs;
    }

    /** Starts the record of a request; the one started before has to be built by then. */
    AuditRecord.Builder record(Phase phase, String actor, String action, String resource) {
        return record.next(phase, actor, action, resource);
    }

    /** What the clients' connections of HTTP/1.1 read. */
    Reads reads() {
        return reads;
    }

    /** The flushes of the clients' connections. */
    Flushes flushes() {
        return flushes;
    }

    Http2HeadWriter heads() {
        return heads;
    }

    /** Where connections read header sections, one after the other. */
    Http2Section section() {
        return section;
    }

    RequestIds requestIds() {
        return requestIds;
    }

    Timeouts timeouts() {
        return services.gate().snapshot().timeouts();
    }

    /** For records behind which nothing waits; that one could not be stored is counted. */
    Stored unheard() {
        return unheard;
    }

    void came(Live connection) {
        live.add(connection);
        if (draining) {
            connection.drain();
        }
    }

    void gone(Live connection) {
        live.remove(connection);
    }

    /** Lets all connections finish what is under way. Called on the loop. */
    void drain() {
        draining = true;
        new ArrayList<>(live).forEach(Live::drain);
    }

    /** Closes what is left. Called on the loop. */
    void closeAll() {
        new ArrayList<>(live).forEach(Live::close);
    }

    private record Unheard(GatewayMetrics metrics) implements Stored {
        @Override
        public void stored(long seq) {}

        @Override
        public void unavailable(AuditUnavailable why) {
            metrics.onAuditUnavailable(why);
        }
    }
}
