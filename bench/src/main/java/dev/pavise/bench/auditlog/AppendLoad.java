package dev.pavise.bench.auditlog;

import com.sun.management.OperatingSystemMXBean;
import dev.pavise.auditlog.AuditOpenException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Puts records into a log from some threads and tells, on one line, what came of it. Arguments: design ({@code calling}, {@code spinning},
 * {@code writer}, {@code combining}, {@code lines}, {@code product}), durability ({@code process}, {@code disk}), number of threads, a folder, seconds.
 *
 * <p>Processor time is what the operating system counted for the whole process, other threads of the design included, and for the
 * threads that append.
 */
public final class AppendLoad {
    /** So many pairs are enough for the compiler; where they take too long it is the disk that decides. */
    private static final long WARM_PAIRS = 300_000;

    private static final long WARM_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final int SPINS = 100;

    private volatile Producer.Part part = Producer.Part.WARMING;

    private AppendLoad() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments.length != 5) {
            System.err.println(
                    "usage: AppendLoad calling|spinning|writer|combining|lines|product process|disk THREADS FOLDER SECONDS");
            System.exit(2);
        }
        Path root = Files.createTempDirectory(Path.of(arguments[3]), "append-load");
        try {
            boolean disk = arguments[1].equals("disk");
            Design design = design(arguments[0], root, disk);
            new AppendLoad().run(design, arguments, Integer.parseInt(arguments[2]), Integer.parseInt(arguments[4]));
        } finally {
            delete(root);
        }
    }

    private static Design design(String name, Path root, boolean disk) throws IOException, AuditOpenException {
        return switch (name) {
            case "calling" -> new CallingThread(root.resolve("queue"), disk, 0);
            case "spinning" -> new CallingThread(root.resolve("queue"), disk, SPINS);
            case "writer" -> new WriterThread(root.resolve("queue"), disk);
            case "combining" -> new Combining(root.resolve("queue"), disk);
            case "lines" -> new PlainLines(root.resolve("lines"), disk);
            case "product" -> new Product(root, disk);
            default -> throw new IllegalArgumentException("no design `" + name + "`");
        };
    }

    private void run(Design design, String[] names, int threads, int seconds) throws Exception {
        List<Producer> producers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            producers.add(new Producer(design, () -> part, i));
        }
        OperatingSystemMXBean process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        producers.forEach(producer -> producer.thread().start());
        warm(producers);
        long syncs = design.syncs();
        long cpu = process.getProcessCpuTime();
        long written = writtenBytes();
        long begun = System.nanoTime();
        part = Producer.Part.MEASURING;
        Thread.sleep(seconds * 1000L);
        part = Producer.Part.OVER;
        long nanos = System.nanoTime() - begun;
        cpu = process.getProcessCpuTime() - cpu;
        syncs = design.syncs() - syncs;
        written = writtenBytes() - written;
        for (Producer producer : producers) {
            producer.thread().join();
        }
        design.close();
        tell(names, producers, nanos, cpu, syncs, written);
        double records = 2.0 * producers.stream().mapToLong(Producer::requests).sum();
        System.out.printf(Locale.ROOT, " %6.1f B a record%n", design.bytes() / records);
    }

    private static void warm(List<Producer> producers) throws InterruptedException {
        long end = System.nanoTime() + WARM_NANOS;
        while (System.nanoTime() < end
                && producers.stream().mapToLong(Producer::warmed).sum() < WARM_PAIRS) {
            Thread.sleep(10);
        }
    }

    private static void tell(String[] names, List<Producer> producers, long nanos, long cpu, long syncs, long written) {
        Latencies latencies = new Latencies();
        producers.forEach(producer -> latencies.add(producer.latencies()));
        double pairs = producers.stream().mapToLong(Producer::pairs).sum();
        double own = producers.stream().mapToLong(Producer::cpuNanos).sum();
        double allocated = producers.stream().mapToLong(Producer::allocated).sum();
        System.out.printf(
                Locale.ROOT,
                "%-9s %-7s %2s threads: %9.0f records/s, p50 %8.1f p99 %8.1f p99.9 %8.1f us, CPU of a pair %6.2f us (callers %5.2f),"
                        + " %5.0f B allocated, %6.1f records a sync,"
                        + " %6.0f B of pages,",
                names[0],
                names[1],
                names[2],
                2 * pairs / nanos * 1e9,
                latencies.micros(0.5),
                latencies.micros(0.99),
                latencies.micros(0.999),
                cpu / pairs / 1000,
                own / pairs / 1000,
                allocated / pairs,
                syncs == 0 ? Double.NaN : 2 * pairs / syncs,
                written / (2 * pairs));
    }

    /** The pages that this process made dirty, as Linux counts them; 0 elsewhere. */
    private static long writtenBytes() throws IOException {
        Path file = Path.of("/proc/self/io");
        if (!Files.exists(file)) {
            return 0;
        }
        for (String line : Files.readAllLines(file)) {
            if (line.startsWith("write_bytes: ")) {
                return Long.parseLong(line.substring("write_bytes: ".length()));
            }
        }
        return 0;
    }

    private static void delete(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
