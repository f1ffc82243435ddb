package dev.pavise.bench.auditlog;

import dev.pavise.auditlog.AuditLog;
import dev.pavise.auditlog.AuditOpenException;
import dev.pavise.auditlog.AuditRecord;
import dev.pavise.auditlog.AuditSettings;
import dev.pavise.auditlog.AuditStore;
import dev.pavise.auditlog.AuditUnavailable;
import dev.pavise.auditlog.Durability;
import dev.pavise.auditlog.Stored;
import dev.pavise.auditlog.chronicle.ChronicleSegment;
import dev.pavise.auditlog.codec.MerkleTree;
import dev.pavise.auditlog.codec.RecordBody;
import dev.pavise.auditlog.codec.RecordHead;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The two records of a request, step by step: built, encoded, copied into the queue, and all of it through the log. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class AppendBenchmark implements Stored {
    private static final String REQUEST = "0199a3f2-8c1d-7b3e-9f00-5d2c8a417be6";

    private final RecordBody body = new RecordBody();
    private final RecordHead head = new RecordHead();
    private final AuditRecord intent = Pair.intent(1, REQUEST);
    private final AuditRecord outcome = Pair.outcome(1, REQUEST);
    private final MerkleTree tree = new MerkleTree();
    private final byte[] line = new byte[420];
    private @Nullable Path folder;
    private @Nullable AuditStore store;
    private @Nullable ChronicleSegment segment;
    private int segments;
    private long request;
    private long stored;

    @Setup(Level.Iteration)
    public void open() throws IOException, AuditOpenException {
        Path root = Files.createTempDirectory("pavise-append");
        folder = root;
        store = AuditStore.open(
                AuditSettings.of(root.resolve("audit"), root.resolve("audit.key"), root.resolve("audit.anchor"))
                        .withSealEvery(Duration.ofDays(1)));
        body.write(intent);
        head.write(0, Instant.now());
        segment = ChronicleSegment.begin(
                root.resolve("segment-" + ++segments), Durability.PROCESS, Instant.now(), head, body);
    }

    @TearDown(Level.Iteration)
    public void close() throws IOException {
        Objects.requireNonNull(segment).close();
        Objects.requireNonNull(store).close();
        try (Stream<Path> files = Files.walk(Objects.requireNonNull(folder))) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Override
    public void stored(long seq) {
        stored = seq;
    }

    @Override
    public void unavailable(AuditUnavailable why) {
        throw new IllegalStateException(why.toString());
    }

    @Benchmark
    public List<AuditRecord> built() {
        request++;
        return List.of(Pair.intent(request, REQUEST), Pair.outcome(request, REQUEST));
    }

    @Benchmark
    public int encoded() {
        body.write(intent);
        int first = body.length();
        body.write(outcome);
        return first + body.length();
    }

    @Benchmark
    public int headed() {
        Instant now = Instant.now();
        head.write(++request, now);
        head.write(++request, now);
        return head.length();
    }

    @Benchmark
    public long copied() {
        ChronicleSegment to = Objects.requireNonNull(segment);
        to.append(head, body);
        to.append(head, body);
        return to.position();
    }

    @Benchmark
    public long appended() {
        AuditLog log = Objects.requireNonNull(store).log();
        log.append(intent, this);
        log.append(outcome, this);
        return stored;
    }

    @Benchmark
    public long builtAndAppended() {
        AuditLog log = Objects.requireNonNull(store).log();
        request++;
        log.append(Pair.intent(request, REQUEST), this);
        log.append(Pair.outcome(request, REQUEST), this);
        return stored;
    }

    /** Behind the write path: what a pair costs in the tree. */
    @Benchmark
    public long hashed() {
        tree.add(tree.leafHash(line, 0, line.length));
        tree.add(tree.leafHash(line, 0, line.length));
        return tree.size();
    }
}
