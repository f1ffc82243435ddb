package dev.pavise.bench.query;

import dev.pavise.auditlog.AuditStore;
import dev.pavise.auditlog.codec.SigningKey;
import dev.pavise.auditlog.index.AuditIndex;
import dev.pavise.auditlog.index.IndexKey;
import dev.pavise.auditlog.query.AuditPage;
import dev.pavise.auditlog.query.AuditQuery;
import dev.pavise.auditlog.query.AuditQuery.Order;
import dev.pavise.auditlog.query.AuditSearch;
import dev.pavise.auditlog.query.Histogram;
import dev.pavise.auditlog.query.Visible;
import dev.pavise.auditlog.segment.AuditFolder;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Makes a large trail, and asks it: {@code make DIR RECORDS}, {@code ask DIR [scan]}, {@code busy DIR}, {@code rebuild DIR}. What is found is compared with what another way
 * of asking finds, so that a fast wrong answer is not measured.
 */
public final class Questions {
    private static final int ROUNDS = 5;

    private Questions() {}

    /** One of the commands above. */
    public static void main(String[] arguments) throws Exception {
        Path root = Path.of(arguments[1]);
        switch (arguments[0]) {
            case "make" -> make(root, Long.parseLong(arguments[2]));
            case "ask" ->
                ask(search(root, arguments.length > 2), arguments.length > 2 ? 1 : ROUNDS, arguments.length == 2);
            case "busy" -> busy(root);
            case "rebuild" -> rebuild(root);
            default -> throw new IllegalArgumentException("make, ask, busy or rebuild");
        }
    }

    private static void make(Path root, long records) throws Exception {
        Files.createDirectories(root);
        Trail trail = new Trail(42);
        long began = System.nanoTime();
        try (AuditStore store = AuditStore.open(trail.settings(root))) {
            long wanted = records >> 16;
            for (long left = records; left > 0; left -= 100_000) {
                trail.write(store.log(), Math.min(left, 100_000));
            }
            double seconds = seconds(began);
            System.out.printf(
                    "%d records written in %.1f s, %d chapters by then%n",
                    records, seconds, store.index().chapters());
            awaitIndex(store, wanted);
            System.out.printf("indexed after %.1f s%n", seconds(began));
            tellCpu(records);
        }
        System.out.printf(
                "queue %d bytes, index %d bytes (%.2f %%)%n",
                lines(root),
                size(root.resolve("audit/index")),
                100.0 * size(root.resolve("audit/index")) / lines(root));
    }

    private static void tellCpu(long records) {
        cpu().forEach((name, nanos) -> System.out.printf(
                Locale.ROOT, "CPU of %s: %.1f s, %.2f us a record%n", name, nanos / 1e9, nanos / 1e3 / records));
    }

    private static Map<String, Long> cpu() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        Map<String, Long> cpu = new java.util.TreeMap<>();
        for (ThreadInfo info : threads.getThreadInfo(threads.getAllThreadIds())) {
            if (info != null
                    && (info.getThreadName().startsWith("audit")
                            || info.getThreadName().equals("main"))) {
                cpu.put(info.getThreadName(), threads.getThreadCpuTime(info.getThreadId()));
            }
        }
        return cpu;
    }

    private static long size(Path dir) throws IOException {
        try (Stream<Path> files = Files.walk(dir)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(each -> each.toFile().length())
                    .sum();
        }
    }

    private static long lines(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root.resolve("audit"))) {
            return files.filter(each -> each.toString().endsWith(".cq4"))
                    .mapToLong(each -> each.toFile().length())
                    .sum();
        }
    }

    private static AuditSearch search(Path root, boolean scan) throws IOException, GeneralSecurityException {
        Path dir = root.resolve("audit");
        if (scan) {
            return AuditSearch.offline(dir);
        }
        SigningKey key = SigningKey.parse(Files.readString(root.resolve("audit.key")));
        return AuditSearch.offline(dir, new AuditIndex(new AuditFolder(dir), IndexKey.of(key)));
    }

    private record Asked(String name, AuditQuery.Builder query) {}

    private static List<Asked> questions(AuditSearch search) throws IOException {
        String request = request(search);
        List<Asked> asked = new ArrayList<>();
        asked.add(new Asked("request id", AuditQuery.builder().requestId(request)));
        asked.add(new Asked("request id, none", AuditQuery.builder().requestId("0123456789abcdef")));
        asked.add(new Asked("session", AuditQuery.builder().sessionId(Trail.session(77_777))));
        asked.add(new Asked("actor, usual", AuditQuery.builder().actor(Trail.actor(600))));
        asked.add(new Asked("actor, rare", AuditQuery.builder().actor(Trail.actor(1998))));
        asked.add(new Asked("actor, bare name", AuditQuery.builder().actor("user-1998")));
        asked.add(new Asked("address", AuditQuery.builder().ip("198.51.2.77")));
        asked.add(new Asked("resource", AuditQuery.builder().resource("/agents/4711/logs")));
        asked.add(new Asked("resource prefix", AuditQuery.builder().resource("/agents/4711*")));
        asked.add(new Asked("event type", AuditQuery.builder().eventType("config_change")));
        asked.add(new Asked("outcome unknown", AuditQuery.builder().outcome("unknown")));
        asked.add(new Asked(
                "a minute",
                AuditQuery.builder().from(Trail.START.plusSeconds(2_000)).to(Trail.START.plusSeconds(2_060))));
        asked.add(new Asked(
                "actor and outcome", AuditQuery.builder().actor("user-600").outcome("error")));
        return asked;
    }

    private static String request(AuditSearch search) throws IOException {
        AuditPage page = search.page(AuditQuery.builder()
                .from(Trail.START.plusSeconds(1_000))
                .actor("jwt:corp:*")
                .order(Order.OLDEST_FIRST)
                .limit(1)
                .build());
        String line = page.rows().getFirst().toString();
        int at = line.indexOf("\"request_id\":\"") + 14;
        return line.substring(at, line.indexOf('"', at));
    }

    private static void ask(AuditSearch search, int rounds, boolean still) throws Exception {
        System.out.printf("%d records; wall time and, behind it, CPU time in ms%n", search.size());
        System.out.printf(
                "%-18s %5s %9s %7s %9s %7s %8s %9s %7s%n",
                "filter", "rows", "newest", "cpu", "oldest", "cpu", "count", "count ms", "cpu");
        for (Asked asked : questions(search)) {
            AuditQuery newest = asked.query.order(Order.NEWEST_FIRST).limit(100).build();
            AuditQuery oldest = asked.query.order(Order.OLDEST_FIRST).build();
            Taken first = Taken.of(() -> search.page(newest).rows().size());
            Taken last = Taken.of(() -> search.page(oldest).rows().size());
            Taken count = Taken.of(() -> search.count(newest, Visible.ALL));
            for (int round = 1; round < rounds; round++) {
                first = first.or(Taken.of(() -> search.page(newest).rows().size()));
                last = last.or(Taken.of(() -> search.page(oldest).rows().size()));
                count = count.or(Taken.of(() -> search.count(newest, Visible.ALL)));
            }
            if (still && (first.result != last.result || first.result != Math.min(100, count.result))) {
                throw new IllegalStateException(asked.name + ": " + first + ", " + last + " and " + count);
            }
            System.out.printf(
                    Locale.ROOT,
                    "%-18s %5d %9.1f %7.1f %9.1f %7.1f %8d %9.1f %7.1f%n",
                    asked.name,
                    first.result,
                    first.wall,
                    first.cpu,
                    last.wall,
                    last.cpu,
                    count.result,
                    count.wall,
                    count.cpu);
        }
        figures(search);
    }

    /** What something answered, and the milliseconds that it took. */
    private record Taken(long result, double wall, double cpu) {
        private interface Work {
            long run() throws IOException, Histogram.UnfitBucketException;
        }

        static Taken of(Work work) throws IOException, Histogram.UnfitBucketException {
            ThreadMXBean threads = ManagementFactory.getThreadMXBean();
            long cpu = threads.getCurrentThreadCpuTime();
            long began = System.nanoTime();
            long result = work.run();
            return new Taken(result, seconds(began) * 1000, (threads.getCurrentThreadCpuTime() - cpu) / 1e6);
        }

        /** The quicker of both. */
        Taken or(Taken other) {
            return new Taken(result, Math.min(wall, other.wall), Math.min(cpu, other.cpu));
        }
    }

    private static void figures(AuditSearch search) throws Exception {
        AuditQuery all = AuditQuery.builder().build();
        tell(
                "histogram of all by hour",
                Taken.of(() ->
                        search.histogram(all, Visible.ALL, Duration.ofHours(1)).total()));
        tell(
                "stream of rows",
                Taken.of(() ->
                        stream(search, AuditQuery.builder().tellOpen(false).build())));
        tell("stream of rows that tell of open intents", Taken.of(() -> stream(search, all)));
        Runtime runtime = Runtime.getRuntime();
        System.out.printf(
                "heap in use after all: %d MiB of %d%n",
                (runtime.totalMemory() - runtime.freeMemory()) >> 20, runtime.maxMemory() >> 20);
    }

    private static long stream(AuditSearch search, AuditQuery query) throws IOException {
        long[] some = {0};
        search.stream(query, Visible.ALL, row -> ++some[0] < 500_000);
        return some[0];
    }

    private static void tell(String what, Taken taken) {
        System.out.printf(Locale.ROOT, "%s: %d, %.1f ms, %.1f ms of CPU%n", what, taken.result, taken.wall, taken.cpu);
    }

    /** Opens a trail whose index was removed, and waits for it. */
    private static void rebuild(Path root) throws Exception {
        long began = System.nanoTime();
        try (AuditStore store = AuditStore.open(new Trail(44).settings(root))) {
            awaitIndex(store, store.stats().size() >> 16);
            System.out.printf(Locale.ROOT, "built again in %.1f s%n", seconds(began));
            tellCpu(store.stats().size());
        }
    }

    private static void awaitIndex(AuditStore store, long chapters) {
        while (store.index().chapters() < chapters) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
    }

    /** Asks while a writer is writing as fast as it can. */
    private static void busy(Path root) throws Exception {
        Trail trail = new Trail(43);
        try (AuditStore store = AuditStore.open(trail.settings(root))) {
            Thread writer = Thread.ofPlatform().daemon().start(() -> {
                while (!Thread.currentThread().isInterrupted()) {
                    trail.write(store.log(), 1000);
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
                }
            });
            long before = store.stats().size();
            ask(store.search(), ROUNDS, false);
            System.out.printf(
                    "%d records were written meanwhile%n", store.stats().size() - before);
            writer.interrupt();
            writer.join();
        }
    }

    private static double seconds(long began) {
        return (System.nanoTime() - began) / 1e9;
    }
}
