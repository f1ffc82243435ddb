package dev.pavise.proxy.kubernetes;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is mounted where, in the form of {@code /proc/self/mountinfo} (proc(5)): {@code id parent major:minor root point options [tags] - type
 * source options}, with space, tab, line feed and backslash written as a backslash and three octal digits. Pure.
 *
 * <p>Fails closed: a text of which one line is not understood is no table, as that line might be the one that counts.
 */
final class MountTable {
    private static final int ROOT = 3;
    private static final int POINT = 4;
    private static final int TAGS = 6;

    private final List<Mount> mounts;

    private MountTable(List<Mount> mounts) {
        this.mounts = List.copyOf(mounts);
    }

    /** Throws {@link IllegalArgumentException}, which names the line that is not understood. */
    static MountTable parse(String text) {
        List<Mount> mounts = new ArrayList<>();
        for (String line : text.split("\n", -1)) {
            if (!line.isEmpty()) {
                mounts.add(mount(line, mounts.size() + 1));
            }
        }
        return new MountTable(mounts);
    }

    private static Mount mount(String line, int number) {
        String[] fields = line.split(" ", -1);
        int hyphen = TAGS;
        while (hyphen < fields.length && !fields[hyphen].equals("-")) {
            hyphen++; // optional fields, any number of them
        }
        if (hyphen + 1 >= fields.length || fields[hyphen + 1].isEmpty()) {
            throw unfit(number);
        }
        try {
            Path point = Path.of(plain(fields[POINT], number));
            if (!point.isAbsolute()) {
                throw unfit(number);
            }
            return new Mount(plain(fields[ROOT], number), point.normalize(), fields[hyphen + 1]);
        } catch (InvalidPathException noPath) {
            throw new IllegalArgumentException(unfit(number).getMessage(), noPath);
        }
    }

    private static IllegalArgumentException unfit(int line) {
        return new IllegalArgumentException("line " + line + " of the table of mounts is not understood");
    }

    private static String plain(String field, int line) {
        StringBuilder plain = new StringBuilder(field.length());
        for (int at = 0; at < field.length(); at++) {
            if (field.charAt(at) != '\\') {
                plain.append(field.charAt(at));
                continue;
            }
            if (at + 3 >= field.length() || !field.substring(at + 1, at + 4).matches("[0-3][0-7][0-7]")) {
                throw unfit(line);
            }
            plain.append((char) Integer.parseInt(field.substring(at + 1, at + 4), 8));
            at += 3;
        }
        return plain.toString();
    }

    /** What a file lies on: of the mounts above it the innermost, and of several at one point the last, which hides the others. */
    Optional<Mount> of(Path file) {
        Path wanted = file.toAbsolutePath().normalize();
        Mount found = null;
        for (Mount each : mounts) {
            boolean inner = found == null
                    || each.point().getNameCount() >= found.point().getNameCount();
            if (wanted.startsWith(each.point()) && inner) {
                found = each;
            }
        }
        return Optional.ofNullable(found);
    }
}
