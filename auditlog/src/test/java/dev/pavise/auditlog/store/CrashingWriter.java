package dev.pavise.auditlog.store;

import dev.pavise.auditlog.AuditSettings;
import dev.pavise.auditlog.AuditStore;
import dev.pavise.auditlog.AuditUnavailable;
import dev.pavise.auditlog.Durability;
import dev.pavise.auditlog.Retention;
import dev.pavise.auditlog.Samples;
import dev.pavise.auditlog.Stored;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** A process that writes until it is killed, and says on its standard output which records were stored, and when it may not write. */
public final class CrashingWriter {
    private static final PrintStream OUT =
            new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.US_ASCII);

    private CrashingWriter() {}

    /** Root, durability, name of the round, and options of the form {@code key=value}. */
    public static void main(String[] args) throws IOException {
        Map<String, String> options = new HashMap<>();
        for (int i = 3; i < args.length; i++) {
            int equals = args[i].indexOf('=');
            options.put(args[i].substring(0, equals), args[i].substring(equals + 1));
        }
        AuditSettings settings = Samples.settings(Path.of(args[0])).withDurability(Durability.valueOf(args[1]));
        if (options.containsKey("dir")) {
            settings = settings.withDir(Path.of(options.get("dir")));
        }
        if (options.containsKey("segment")) {
            settings = settings.withSegments(Long.parseLong(options.get("segment")), Duration.ofDays(1));
        }
        if (options.containsKey("jumps")) {
            settings = settings.withClock(jumping(Long.parseLong(options.get("jumps"))));
        }
        AuditStore store = AuditStore.open(settings);
        say("open");
        if (options.containsKey("retain")) {
            Retention keep = new Retention(null, Long.parseLong(options.get("retain")));
            new Thread(() -> retain(store, keep)).start();
        }
        for (int thread = 0; thread < Integer.parseInt(options.getOrDefault("threads", "2")); thread++) {
            String name = args[2] + "-" + thread;
            new Thread(() -> write(store, name)).start();
        }
    }

    /** A clock that is set now and then, by up to a minute or by days, back and forth. */
    private static InstantSource jumping(long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        Duration[] offset = {Duration.ZERO};
        return () -> {
            synchronized (offset) {
                if (random.nextInt(2000) == 0) {
                    long seconds = random.nextBoolean() ? 60 : 5 * 86_400;
                    offset[0] = Duration.ofSeconds(random.nextLong(-seconds, seconds));
                }
                return Instant.now().plus(offset[0]);
            }
        };
    }

    private static void retain(AuditStore store, Retention keep) {
        while (true) {
            try {
                store.retain(keep).ifPresent(retained -> say("cut " + retained.to()));
            } catch (IOException | RuntimeException e) {
                say("failed " + e);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    private static void write(AuditStore store, String name) {
        for (int i = 0; ; i++) {
            String request = name + "-" + i + ".";
            store.log().append(Samples.intent("operator", request), new Stored() {
                @Override
                public void stored(long seq) {
                    say(seq + " " + request);
                }

                @Override
                public void unavailable(AuditUnavailable why) {
                    say("unavailable " + why.reason() + ".");
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
                }
            });
            if (i % 64 == 0) {
                Thread.onSpinWait();
            }
        }
    }

    /** One write for each line, so that what was reported is reported whole. */
    private static void say(String line) {
        synchronized (OUT) {
            OUT.print(line + "\n");
            OUT.flush();
        }
    }
}
