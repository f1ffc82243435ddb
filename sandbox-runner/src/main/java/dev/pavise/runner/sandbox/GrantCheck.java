package dev.pavise.runner.sandbox;

import dev.pavise.runner.run.Grants;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Looks at granted paths before they are mounted. bubblewrap takes paths and not descriptors, so what a path leads to must not change
 * between here and there: links are followed only where they stand in a folder that root alone can write, a folder on the way that
 * everybody can write and that is not sticky is refused, and {@link ActiveGrants} sees to it that no run that is under way can write a
 * folder on the way, and {@link Ways} to it that no user of the host can turn a runner against itself. What is granted is a plain file or a folder.
 */
final class GrantCheck {
    /** Kernel and runner, which no manifest can grant. Of the scratch folder and the tool only what is below can be. */
    private static final List<Path> CLOSED =
            List.of(Path.of("/proc"), Path.of("/sys"), Path.of("/dev"), Path.of("/tool"));

    private static final Path SCRATCH = Path.of(Bubblewrap.SCRATCH);
    private static final int MOST_LINKS = 40;
    private static final int WRITABLE_BY_OTHERS = 022;
    private static final int WRITABLE_BY_ALL = 02;
    private static final int STICKY = 01000;

    private final Set<Path> own;
    private final Ways ways;
    private int links;

    /** For one path; {@code own} are the runner's places, which nobody gets to see. */
    private GrantCheck(Set<Path> own, Ways ways) {
        this.own = own;
        this.ways = ways;
    }

    /** A reason why a grant is not safe. */
    static final class Unsafe extends Exception {
        private static final long serialVersionUID = 1;

        Unsafe(String reason) {
            super(reason, null, false, false);
        }
    }

    /** Looks at all of them; {@code folder} is the runner's, {@code kept} are its other places, by their real paths. */
    static List<GrantedPath> check(Grants grants, Path folder, Set<Path> kept) throws Unsafe {
        List<GrantedPath> granted = new ArrayList<>();
        Ways ways = Ways.of(folder);
        Set<Path> own = new HashSet<>(kept);
        own.add(folder);
        Set<Path> writable = grants.readWrite();
        for (Path path : grants.readOnly()) {
            if (writable.contains(path)) {
                throw new Unsafe("`" + path + "` is granted both for reading only and for writing; name it once");
            }
            granted.add(new GrantCheck(own, ways).look(path, false));
        }
        for (Path path : writable) {
            granted.add(new GrantCheck(own, ways).look(path, true));
        }
        return granted;
    }

    private GrantedPath look(Path path, boolean writable) throws Unsafe {
        try {
            Path real = real(path);
            refuseClosed(path, path);
            refuseClosed(path, real);
            if (!Files.isDirectory(real, LinkOption.NOFOLLOW_LINKS)
                    && !Files.isRegularFile(real, LinkOption.NOFOLLOW_LINKS)) {
                throw new Unsafe("`" + path + "` is neither a plain file nor a folder");
            }
            return new GrantedPath(real, path, writable);
        } catch (IOException e) {
            throw new Unsafe(
                    "`" + path + "` cannot be looked at on this host; make it, or leave it out of the manifest");
        }
    }

    private void refuseClosed(Path granted, Path path) throws Unsafe {
        for (Path closed : CLOSED) {
            if (path.startsWith(closed)) {
                throw new Unsafe("`" + granted + "` is in " + closed + ", which cannot be granted");
            }
        }
        if (path.equals(SCRATCH) || own.stream().anyMatch(place -> path.startsWith(place) || place.startsWith(path))) {
            throw new Unsafe("`" + granted + "` is, holds or is in a folder of the runner itself");
        }
    }

    /** The path with every link on it followed, each only if nobody but root could have put it there. */
    private Path real(Path path) throws IOException, Unsafe {
        Path at = path.getRoot();
        for (Path name : path) {
            Path next = at.resolve(name);
            int mode = mode(at);
            if ((mode & WRITABLE_BY_ALL) != 0 && (mode & STICKY) == 0) {
                throw new Unsafe("`" + at + "` on the way to `" + path + "` can be written by everybody");
            }
            ways.requireSafe(at, next);
            if (Files.isSymbolicLink(next)) {
                if (!ownedByRoot(at) || (mode & WRITABLE_BY_OTHERS) != 0) {
                    throw new Unsafe("`" + next
                            + "` is a link, and others than root can write its folder; grant what it leads to");
                }
                if (++links > MOST_LINKS) {
                    throw new Unsafe("`" + path + "` leads through too many links");
                }
                at = real(at.resolve(Files.readSymbolicLink(next)).normalize());
            } else {
                Files.readAttributes(next, "unix:mode", LinkOption.NOFOLLOW_LINKS);
                at = next;
            }
        }
        return at;
    }

    private static int mode(Path path) throws IOException {
        return (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
    }

    private static boolean ownedByRoot(Path path) throws IOException {
        return (Integer) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS) == 0;
    }
}
