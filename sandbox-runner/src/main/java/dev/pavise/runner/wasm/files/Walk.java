package dev.pavise.runner.wasm.files;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Follows one path from one folder. Neither {@code ..} nor an absolute path nor a link leads above the folder it started from: the descriptor of
 * a folder is the right to what lies under it, and to no more. Every step is bounded: length of path and of name, number of links.
 */
final class Walk {
    static final int LONGEST_PATH = 4096;
    static final int LONGEST_NAME = 255;
    private static final int MOST_LINKS = 40;

    private final Deque<Folder> way = new ArrayDeque<>();
    private final Deque<String> ahead = new ArrayDeque<>();
    private final boolean followLast;
    private final boolean asFolder;
    private int links;

    private Walk(Folder start, String path, boolean follow) {
        asFolder = path.endsWith("/");
        followLast = follow || asFolder;
        way.push(start);
        prepend(path);
    }

    static Place from(Folder start, String path, boolean follow) {
        if (path.isEmpty()) throw new Fault(Errno.NOENT);
        if (path.indexOf('\0') >= 0) throw new Fault(Errno.INVAL);
        if (path.length() > LONGEST_PATH) throw new Fault(Errno.NAMETOOLONG);
        return new Walk(start, path, follow).run();
    }

    private Place run() {
        while (!ahead.isEmpty()) {
            String name = ahead.pop();
            if (name.equals("..")) {
                up();
            } else {
                Place place = step(name);
                if (place != null) return place;
            }
        }
        return new Place(null, ".", way.peek(), asFolder);
    }

    private @Nullable Place step(String name) {
        Folder here = here();
        Node node = here.child(name);
        boolean last = ahead.isEmpty();
        if (node instanceof Link link && (!last || followLast)) {
            follow(link);
            return null;
        }
        if (last) return new Place(here, name, node, asFolder);
        if (node == null) throw new Fault(Errno.NOENT);
        if (!(node instanceof Folder folder)) throw new Fault(Errno.NOTDIR);
        way.push(folder);
        return null;
    }

    private Folder here() {
        return way.getFirst();
    }

    private void up() {
        if (way.size() == 1) throw new Fault(Errno.NOTCAPABLE);
        way.pop();
    }

    private void follow(Link link) {
        if (++links > MOST_LINKS) throw new Fault(Errno.LOOP);
        prepend(link.target());
    }

    private void prepend(String path) {
        if (path.startsWith("/")) throw new Fault(Errno.NOTCAPABLE);
        String[] parts = path.split("/", -1);
        for (int i = parts.length - 1; i >= 0; i--) {
            String part = parts[i];
            if (part.isEmpty() || part.equals(".")) continue;
            if (part.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) throw new Fault(Errno.NAMETOOLONG);
            ahead.push(part);
        }
    }
}
