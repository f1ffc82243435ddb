package dev.pavise.proxy.beside;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Chooses whom the runner runs as: never root where another user can be had. A gateway that is not root has no choice, and the runner has its
 * user. One that is root takes the user that the configuration names; else {@code pavise-runner}; else a number that no account has, so that
 * nothing else on the machine belongs to it, which could not be said of {@code nobody}.
 */
final class RunnerUser {
    private static final String NAME = "pavise-runner";

    /** Below the numbers that native tools get where a runner is root, in a range that distributions leave free. */
    static final int FREE = 1_879_048_000;

    private static final Path SETPRIV = Path.of("/usr/bin/setpriv");
    private static final int MOST_BYTES = 16 << 10;

    private RunnerUser() {}

    /**
     * Chooses, and sees whether the user can get at what it needs.
     *
     * @param asked the user of the configuration, if it names one
     * @param read files and folders that the runner reads
     * @param pass folders that it goes through
     */
    static Whom choose(@Nullable String asked, List<Path> read, List<Path> pass) {
        try {
            int own = (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
            if (!Files.isExecutable(SETPRIV)) {
                return new Whom.Nobody(
                        "there is no " + SETPRIV + ", by which the runner is started; install util-linux");
            }
            if (own != 0) {
                return asked == null || number(asked, "-u").equals(OptionalInt.of(own))
                        ? new Whom.Own(own, List.of())
                        : new Whom.Nobody("`user` can be another one only where the gateway is root; leave it out");
            }
            Whom found = asked == null ? standard() : named(asked);
            if (!(found instanceof Whom.Other other)) {
                return found;
            }
            Optional<String> hindrance = hindrance(other, read, pass);
            if (hindrance.isEmpty()) {
                return other;
            }
            return asked == null ? new Whom.Own(0, List.of(hindrance.get())) : new Whom.Nobody(hindrance.get());
        } catch (IOException failure) {
            return new Whom.Nobody("nobody can be found to run it: " + failure.getMessage());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return new Whom.Nobody("the gateway stops");
        }
    }

    private static Whom standard() throws IOException, InterruptedException {
        return number(NAME, "-u").isPresent()
                ? named(NAME)
                : mapped(
                        new Whom.Other(Integer.toString(FREE), FREE, FREE),
                        new Whom.Own(0, List.of("this user namespace has no other users")));
    }

    private static Whom named(String user) throws IOException, InterruptedException {
        OptionalInt uid = number(user, "-u");
        OptionalInt gid = number(user, "-g");
        if (uid.isEmpty() || gid.isEmpty()) {
            return new Whom.Nobody(
                    "there is no user `" + user + "`; make one: useradd --system --no-create-home " + user);
        }
        if (uid.getAsInt() == 0 || gid.getAsInt() == 0) {
            return new Whom.Nobody(
                    "`" + user + "` is root or of its group, which no runner needs to be; name another user");
        }
        return mapped(
                new Whom.Other(user, uid.getAsInt(), gid.getAsInt()),
                new Whom.Nobody("user `" + user + "` does not exist in this user namespace"));
    }

    private static Whom mapped(Whom.Other user, Whom otherwise) throws IOException {
        boolean there = maps(Files.readString(Path.of("/proc/self/uid_map")), user.uid())
                && maps(Files.readString(Path.of("/proc/self/gid_map")), user.gid());
        return there ? user : otherwise;
    }

    /** Whether a map, as {@code /proc/self/uid_map} shows it, has this number: lines of inside, outside, count. */
    static boolean maps(String map, int number) {
        return map.lines().map(line -> line.strip().split("\\s+", -1)).anyMatch(parts -> {
            long inside = Long.parseLong(parts[0]);
            return inside <= number && number < inside + Long.parseLong(parts[2]);
        });
    }

    private static OptionalInt parsed(String digits) {
        long value = Long.parseLong(digits);
        return value <= Integer.MAX_VALUE ? OptionalInt.of((int) value) : OptionalInt.empty();
    }

    /** The number of a user, or of its group; a number stands for itself, and for a group of the same number. */
    private static OptionalInt number(String user, String which) throws IOException, InterruptedException {
        if (Character.isDigit(user.charAt(0))) {
            return parsed(user);
        }
        Said said = said(List.of("/usr/bin/id", which, "--", user));
        return said.code == 0 ? parsed(said.text.strip()) : OptionalInt.empty();
    }

    /** What stands in the user's way, if anything does. */
    private static Optional<String> hindrance(Whom.Other user, List<Path> read, List<Path> pass)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(dropping(user));
        command.addAll(List.of("/bin/sh", "-c", """
                while [ "$1" != -- ]; do [ -r "$1" ] || { printf '%s' "$1"; exit 1; }; shift; done
                shift
                for folder; do [ -x "$folder" ] || { printf '%s' "$folder"; exit 1; }; done
                """, "reach"));
        read.forEach(path -> command.add(path.toAbsolutePath().toString()));
        command.add("--");
        pass.forEach(path -> command.add(path.toAbsolutePath().toString()));
        Said said = said(command);
        if (said.code == 0) {
            return Optional.empty();
        }
        return Optional.of("user " + user.uid() + " cannot get at `" + said.text.strip()
                + "`; put it where every user may read it, and let others pass the folders above it");
    }

    /** What makes a command that user's, with nothing of root's left. */
    static List<String> dropping(Whom.Other user) {
        return List.of(
                SETPRIV.toString(),
                "--reuid=" + user.uid(),
                "--regid=" + user.gid(),
                "--clear-groups",
                "--bounding-set=-all",
                "--inh-caps=-all",
                "--no-new-privs",
                "--");
    }

    private record Said(int code, String text) {}

    private static Said said(List<String> command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().clear();
        Process process = builder.start();
        process.getOutputStream().close();
        try (InputStream output = process.getInputStream()) {
            String text = new String(output.readNBytes(MOST_BYTES), StandardCharsets.UTF_8);
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                throw new IOException("`" + command.getFirst() + "` does not end");
            }
            return new Said(process.exitValue(), text);
        } finally {
            process.destroyForcibly();
        }
    }
}
