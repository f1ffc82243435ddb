package dev.pavise.policy.config;

import java.nio.charset.StandardCharsets;
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

/** The plain values: texts, numbers with and without units, choices, paths and secrets. */
public final class Scalars {

    /** A schema pattern lets any text with a reference in it pass: what that becomes is seen at load. */
    static final String OR_REFERENCE = "|\\$\\{";

    private static final Pattern DURATION = Pattern.compile("(0|[1-9][0-9]{0,11})(ms|s|m|h|d)");
    private static final Pattern INTEGER = Pattern.compile("0|[1-9][0-9]{0,17}");
    private static final Pattern RATE =
            Pattern.compile("(0|[1-9][0-9]{0,8})/(s|sec|second|min|minute|h|hour|d|day)( burst [1-9][0-9]{0,8})?");

    private Scalars() {}

    /** A text of a certain form. */
    public static Shape<String> matching(String expected, String pattern) {
        Pattern compiled = Pattern.compile(pattern);
        return scalar(expected, pattern, text -> {
            if (!compiled.matcher(text).matches()) throw new BadValueException("");
            return text;
        });
    }

    /** Something made from a text of a certain form. */
    public static <T> Shape<T> scalar(String expected, String pattern, TextParser<T> parser) {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", "string");
        schema.put("pattern", "^(?:" + pattern + ")$" + OR_REFERENCE);
        return new ScalarShape<>(expected, (text, reading) -> parser.parse(text), schema, false);
    }

    /** Like {@link ScalarShape.Parser}, for what needs no file. */
    @FunctionalInterface
    public interface TextParser<T> {
        T parse(String text) throws BadValueException;
    }

    /** Any text on one line that is not empty. */
    public static Shape<String> text(String expected) {
        return matching(expected, "[^\\x00-\\x1f\\x7f]{1,1000}");
    }

    public static Shape<Boolean> bool() {
        Map<String, Object> schema =
                Map.of("type", List.of("boolean", "string"), "pattern", "^(?:true|false)$" + OR_REFERENCE);
        return new ScalarShape<>(
                "true or false",
                (text, reading) -> switch (text) {
                    case "true", "True", "TRUE" -> true;
                    case "false", "False", "FALSE" -> false;
                    default -> throw new BadValueException("");
                },
                schema,
                false);
    }

    public static Shape<Integer> integer(int least, int most) {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", List.of("integer", "string"));
        schema.put("minimum", least);
        schema.put("maximum", most);
        schema.put("pattern", "^(?:" + INTEGER + ")$" + OR_REFERENCE);
        String expected = "a whole number from " + least + " to " + most;
        return new ScalarShape<>(
                expected,
                (text, reading) -> {
                    if (!INTEGER.matcher(text).matches()) throw new BadValueException("");
                    long value = Long.parseLong(text);
                    if (value < least || value > most) throw new BadValueException("");
                    return (int) value;
                },
                schema,
                false);
    }

    /** A time; bounds are written as in the file. */
    public static Shape<Duration> duration(String least, String most) {
        String expected = "a duration from " + least + " to " + most + ", such as 500ms, 30s, 15m, 24h or 7d";
        return scalar(expected, DURATION.pattern(), text -> {
            Duration value = duration(text);
            boolean fits = value.compareTo(duration(least)) >= 0 && value.compareTo(duration(most)) <= 0;
            if (!fits) throw new BadValueException("");
            return value;
        });
    }

    private static Duration duration(String text) throws BadValueException {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) throw new BadValueException("");
        long count = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(count);
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
        };
    }

    /** A number of bytes; bounds are written as in the file. */
    public static Shape<ByteSize> size(String least, String most) {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", List.of("integer", "string"));
        schema.put("minimum", 0);
        schema.put("pattern", "^(?:" + ByteSize.FORM + ")$" + OR_REFERENCE);
        String expected = "a size from " + least + " to " + most + ", such as 8KiB, 10MiB, 1MB or plain bytes";
        return new ScalarShape<>(
                expected,
                (text, reading) -> {
                    ByteSize value = size(text);
                    boolean fits = value.bytes() >= size(least).bytes()
                            && value.bytes() <= size(most).bytes();
                    if (!fits) throw new BadValueException("");
                    return value;
                },
                schema,
                false);
    }

    private static ByteSize size(String text) throws BadValueException {
        return ByteSize.parse(text).orElseThrow(() -> new BadValueException(""));
    }

    /** The same, as a plain number. */
    public static Shape<Long> bytes(String least, String most) {
        return Shapes.map(size(least, most), ByteSize::bytes);
    }

    /** A rate, kept as written: what limits requests reads it. */
    public static Shape<String> rate() {
        return matching(
                "a rate such as 100/minute or 10/s burst 50 (units: s, sec, second, min, minute, h, hour, d, day)",
                RATE.pattern());
    }

    /** One of a few words. */
    public static <T> Shape<T> choice(Map<String, T> words) {
        List<String> names = new ArrayList<>(words.keySet());
        Map<String, Object> schema =
                Map.of("anyOf", List.of(Map.of("enum", names), Map.of("type", "string", "pattern", "\\$\\{")));
        return new ScalarShape<>(
                "one of: " + String.join(", ", names),
                (text, reading) -> {
                    T value = words.get(text);
                    if (value != null) return value;
                    throw new BadValueException(Nearest.to(text, names)
                            .map(near -> "did you mean `" + near + "`?")
                            .orElse(""));
                },
                schema,
                false);
    }

    /** One of a few texts. */
    public static Shape<String> choice(List<String> words) {
        Map<String, String> same = new LinkedHashMap<>();
        for (String word : words) same.put(word, word);
        return choice(same);
    }

    /** A path; a relative one starts at the folder of the file it stands in. */
    public static Shape<Path> path(String expected) {
        return new ScalarShape<>(expected, Scalars::resolved, Map.of("type", "string"), false);
    }

    /** A file that has to be there, and that is watched from then on. */
    public static Shape<Path> file(String expected) {
        return new ScalarShape<>(
                expected,
                (text, reading) -> {
                    Path file = resolved(text, reading);
                    reading.names(file);
                    if (reading.isElsewhere()) return file;
                    if (!Files.isRegularFile(file)) throw new BadValueException("there is no such file");
                    if (!Files.isReadable(file)) throw new BadValueException(reading.user() + " may not read it");
                    return file;
                },
                Map.of("type", "string"),
                false);
    }

    /** A folder that has to be there, and that is watched from then on with the files that lie in it. */
    public static Shape<Path> folder(String expected) {
        return new ScalarShape<>(
                expected,
                (text, reading) -> {
                    Path folder = resolved(text, reading);
                    reading.names(folder);
                    if (reading.isElsewhere()) return folder;
                    if (!Files.isDirectory(folder)) throw new BadValueException("there is no such folder");
                    if (!Files.isReadable(folder)) throw new BadValueException(reading.user() + " may not read it");
                    return folder;
                },
                Map.of("type", "string"),
                false);
    }

    /** Either of the two. */
    public static Shape<Path> fileOrFolder(String expected) {
        return new ScalarShape<>(
                expected,
                (text, reading) -> {
                    Path place = resolved(text, reading);
                    reading.names(place);
                    if (reading.isElsewhere()) return place;
                    if (!Files.isRegularFile(place) && !Files.isDirectory(place))
                        throw new BadValueException("there is neither file nor folder");
                    if (!Files.isReadable(place)) throw new BadValueException(reading.user() + " may not read it");
                    return place;
                },
                Map.of("type", "string"),
                false);
    }

    private static Path resolved(String text, Reading reading) throws BadValueException {
        if (text.isEmpty()) throw new BadValueException("");
        try {
            return reading.resolve(text);
        } catch (InvalidPathException e) {
            throw new BadValueException("not a path");
        }
    }

    /** A secret of at least so many bytes. */
    public static Shape<Secret> secret(int leastBytes) {
        String expected = "a secret of at least " + leastBytes + " bytes";
        return new ScalarShape<>(
                expected,
                (text, reading) -> {
                    if (text.getBytes(StandardCharsets.UTF_8).length < leastBytes)
                        throw new BadValueException("it is shorter");
                    return Secret.of(text);
                },
                Map.of("type", "string"),
                true);
    }

    /** A secret that can stand in a header: visible ASCII, as whoever receives it reads it byte by byte. */
    public static Shape<Secret> headerSecret() {
        return new ScalarShape<>(
                "a secret of visible ASCII characters",
                (text, reading) -> {
                    String value = text.strip(); // files end with a line break
                    boolean fits = !value.isEmpty() && value.chars().allMatch(each -> each > ' ' && each < 0x7F);
                    if (!fits) throw new BadValueException("it holds others, or nothing");
                    return Secret.of(value);
                },
                Map.of("type", "string"),
                true);
    }
}
