package dev.pavise.runner.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** The table of system calls: which a tool may make, on which processor under which number. */
final class SystemCalls {
    /** What becomes of a call. Those beside the first two depend on its arguments: see {@link ArgumentRules}. */
    enum Rule {
        ALLOW,
        DENY,
        OPEN,
        OPENAT,
        MODE1,
        MODE2,
        NODE1,
        NODE2,
        IOCTL,
        CLONE,
        PRCTL,
        PERSONALITY,
        SOCKETPAIR,
        SENDTO,
        SENDMSG,
        SENDMMSG,
        MMAP,
        MEMFD,
        SHMGET,
        TCP_SOCKET,
        RELAY_SOCKET,
        SOCKET_OPTION
    }

    /** One line of the table. */
    record Entry(String name, Map<Architecture, Integer> numbers, Rule rule) {}

    private static final String TABLE = "system-calls.txt";

    private final List<Entry> entries;

    private SystemCalls(List<Entry> entries) {
        this.entries = entries;
    }

    static SystemCalls load() {
        try (InputStream table = SystemCalls.class.getResourceAsStream(TABLE)) {
            if (table == null) {
                throw new IllegalStateException(TABLE + " is missing from this build");
            }
            String text = new String(table.readAllBytes(), StandardCharsets.UTF_8);
            return new SystemCalls(text.lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(SystemCalls::entry)
                    .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Entry entry(String line) {
        String[] parts = line.split(" ", -1);
        Map<Architecture, Integer> numbers = new HashMap<>();
        number(numbers, Architecture.X86_64, parts[1]);
        number(numbers, Architecture.AARCH64, parts[2]);
        return new Entry(parts[0], Map.copyOf(numbers), Rule.valueOf(parts[3].toUpperCase(Locale.ROOT)));
    }

    private static void number(Map<Architecture, Integer> numbers, Architecture architecture, String text) {
        if (!text.equals("-")) {
            numbers.put(architecture, Integer.valueOf(text));
        }
    }

    List<Entry> entries() {
        return entries;
    }

    /** The rule of each number of this architecture that is in the table, with what is allowed of sockets. */
    NavigableMap<Integer, Rule> rules(Architecture architecture, Sockets sockets) {
        NavigableMap<Integer, Rule> rules = new TreeMap<>();
        for (Entry entry : entries) {
            Integer number = entry.numbers().get(architecture);
            if (number != null && rules.put(number, sockets.rule(entry)) != null) {
                throw new IllegalStateException("two system calls with the number " + number);
            }
        }
        return rules;
    }
}
