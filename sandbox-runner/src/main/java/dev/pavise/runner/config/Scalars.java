package dev.pavise.runner.config;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The plain values: texts, numbers with and without units, addresses and paths; and lists and mappings of them. */
final class Scalars {
    private static final int LONGEST_SHOWN = 60;
    private static final Pattern INTEGER = Pattern.compile("0|[1-9][0-9]{0,9}");
    private static final Pattern DURATION = Pattern.compile("(0|[1-9][0-9]{0,8})(ms|s|m|h)");
    private static final Pattern SIZE = Pattern.compile("(0|[1-9][0-9]{0,15})(B|[KMGT]i?B)?");
    private static final Pattern ADDRESS = Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[^:\\[\\]\\s]+):([0-9]{1,5})");

    private Scalars() {}

    /** Makes something of a text, or says what is wrong with it without repeating it. */
    @FunctionalInterface
    interface Parser<T> {
        T parse(String text, Reading reading) throws BadValueException;
    }

    /** One text, after references in it were expanded; {@code expected} completes "expected ..." in an error. */
    static <T> Shape<T> scalar(String expected, Parser<T> parser) {
        return (at, reading) -> {
            if (!(at.node() instanceof YamlNode.Scalar scalar) || scalar.isNull()) {
                reading.error(at, found(at.node()) + "; expected " + expected);
                return null;
            }
            return parsed(scalar, expected, parser, at, reading);
        };
    }

    private static <T> @Nullable T parsed(
            YamlNode.Scalar scalar, String expected, Parser<T> parser, Cursor at, Reading reading) {
        String text;
        try {
            text = Expansion.expand(scalar.text(), reading.environment());
        } catch (BadValueException e) {
            reading.error(at, e.problem());
            return null;
        }
        try {
            return parser.parse(text, reading);
        } catch (BadValueException e) {
            String detail = e.problem().isEmpty() ? "" : " (" + e.problem() + ")";
            reading.error(at, found(scalar) + "; expected " + expected + detail);
            return null;
        }
    }

    /** A text of a certain form. */
    static Shape<String> matching(String expected, String pattern) {
        Pattern compiled = Pattern.compile(pattern);
        return scalar(expected, (text, reading) -> {
            if (!compiled.matcher(text).matches()) {
                throw new BadValueException("");
            }
            return text;
        });
    }

    static Shape<Integer> integer(int least, int most) {
        return scalar("a whole number from " + least + " to " + most, (text, reading) -> {
            long value = INTEGER.matcher(text).matches() ? Long.parseLong(text) : -1;
            if (value < least || value > most) {
                throw new BadValueException("");
            }
            return (int) value;
        });
    }

    /** A time; bounds are written as in the file. */
    static Shape<Duration> duration(String least, String most) {
        return scalar(
                "a duration from " + least + " to " + most + ", such as 500ms, 30s, 15m or 1h", (text, reading) -> {
                    Duration value = duration(text);
                    if (value.compareTo(duration(least)) < 0 || value.compareTo(duration(most)) > 0) {
                        throw new BadValueException("");
                    }
                    return value;
                });
    }

    private static Duration duration(String text) throws BadValueException {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            throw new BadValueException("");
        }
        long count = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(count);
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            default -> Duration.ofHours(count);
        };
    }

    /** A number of bytes; bounds are written as in the file. */
    static Shape<Long> size(String least, String most) {
        return scalar(
                "a size from " + least + " to " + most + ", such as 64MiB, 1GB or plain bytes", (text, reading) -> {
                    long value = size(text);
                    if (value < size(least) || value > size(most)) {
                        throw new BadValueException("");
                    }
                    return value;
                });
    }

    private static long size(String text) throws BadValueException {
        Matcher matcher = SIZE.matcher(text);
        if (!matcher.matches()) {
            throw new BadValueException("");
        }
        String unit = matcher.group(2) == null ? "B" : matcher.group(2);
        long base = unit.endsWith("iB") ? 1024 : 1000;
        long scale = 1;
        for (int power = "BKMGT".indexOf(unit.charAt(0)); power > 0; power--) {
            scale *= base;
        }
        try {
            return Math.multiplyExact(Long.parseLong(matcher.group(1)), scale);
        } catch (ArithmeticException e) {
            throw new BadValueException("");
        }
    }

    /** A host and a port to listen at. */
    static Shape<Endpoint> endpoint() {
        return scalar("host:port, such as 127.0.0.1:8444 or [::1]:8444", (text, reading) -> {
            Matcher matcher = ADDRESS.matcher(text);
            int port = matcher.matches() ? Integer.parseInt(matcher.group(2)) : -1;
            if (port < 0 || port > 65_535) {
                throw new BadValueException("");
            }
            String host = matcher.group(1);
            return new Endpoint(host.startsWith("[") ? host.substring(1, host.length() - 1) : host, port);
        });
    }

    /** A path; a relative one starts at the folder of the file it stands in. */
    static Shape<Path> path(String expected) {
        return scalar(expected, Scalars::resolved);
    }

    /** A file that has to be there. */
    static Shape<Path> file(String expected) {
        return scalar(expected, (text, reading) -> {
            Path file = resolved(text, reading);
            if (!Files.isRegularFile(file)) {
                throw new BadValueException("there is no such file");
            }
            if (!Files.isReadable(file)) {
                throw new BadValueException("the runner's user may not read it");
            }
            return file;
        });
    }

    /** A folder that has to be there. */
    static Shape<Path> folder(String expected) {
        return scalar(expected, (text, reading) -> {
            Path folder = resolved(text, reading);
            if (!Files.isDirectory(folder)) {
                throw new BadValueException("there is no such folder");
            }
            return folder;
        });
    }

    private static Path resolved(String text, Reading reading) throws BadValueException {
        try {
            if (!text.isEmpty()) {
                return reading.resolve(text);
            }
        } catch (InvalidPathException e) {
            throw new BadValueException("not a path");
        }
        throw new BadValueException("");
    }

    /** A list of at least one item. */
    static <T> Shape<List<T>> someOf(Shape<T> item) {
        return (at, reading) -> {
            if (!(at.node() instanceof YamlNode.Sequence sequence)
                    || sequence.items().isEmpty()) {
                reading.error(at, found(at.node()) + "; expected a list of at least one");
                return null;
            }
            List<T> items = new ArrayList<>();
            for (int i = 0; i < sequence.items().size(); i++) {
                T value = item.read(at.item(i, sequence.items().get(i)), reading);
                if (value != null) {
                    items.add(value);
                }
            }
            return items.size() == sequence.items().size() ? List.copyOf(items) : null;
        };
    }

    /** A mapping whose keys the user chooses. */
    static <T> Shape<Map<String, T>> named(Shape<String> name, Shape<T> value) {
        return (at, reading) -> {
            if (!(at.node() instanceof YamlNode.Mapping mapping)) {
                reading.error(at, found(at.node()) + "; expected a mapping");
                return null;
            }
            Map<String, T> values = new LinkedHashMap<>();
            for (YamlNode.Entry entry : mapping.entries()) {
                String key = name.read(at.key("?", entry.key()), reading);
                T made = value.read(at.key(key == null ? "?" : key, entry.value()), reading);
                if (key != null && made != null && values.put(key, made) != null) {
                    reading.error(at.key(key, entry.key()), "stands here twice; keep one");
                }
            }
            return values;
        };
    }

    /** What stands at a node, for an error. */
    static String found(YamlNode node) {
        return switch (node) {
            case YamlNode.Scalar scalar when !scalar.isNull() -> "found `" + shown(scalar.text()) + "`";
            default -> "found " + node.kind();
        };
    }

    /** A text from the file on one line, no longer than is useful. */
    static String shown(String text) {
        StringBuilder shown = new StringBuilder();
        for (int i = 0; i < text.length() && shown.length() < LONGEST_SHOWN; i++) {
            char c = text.charAt(i);
            shown.append(c >= ' ' && c < 0x7F ? c : '?');
        }
        return text.length() > LONGEST_SHOWN ? shown + "..." : shown.toString();
    }
}
