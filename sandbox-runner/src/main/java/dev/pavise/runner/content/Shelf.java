package dev.pavise.runner.content;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The books of a store: what is there, how large, how long unused, and what must not go since it is in use. Pure; whoever keeps it holds a lock.
 */
final class Shelf {
    private final ContentLimits limits;
    /** The longest unused first. */
    private final LinkedHashMap<Digest, Item> items = new LinkedHashMap<>(16, 0.75f, true);

    private long bytes;
    private long promised;
    private int coming;

    /** What is known of one content. Whoever took it gives this very one back, also when another one has taken its place. */
    static final class Item {
        private final long size;
        private int users;

        private Item(long size) {
            this.size = size;
        }
    }

    Shelf(ContentLimits limits) {
        this.limits = limits;
    }

    /** Takes note of what is there. Called in order of use, the longest unused first. */
    void add(Digest digest, long size) {
        if (items.put(digest, new Item(size)) != null) {
            throw new IllegalStateException("content is kept once");
        }
        bytes += size;
    }

    /** Counts as a use. */
    Optional<Item> find(Digest digest) {
        return Optional.ofNullable(items.get(digest));
    }

    /** Marks content as in use; empty where it is not there. */
    Optional<Item> take(Digest digest) {
        Item item = items.get(digest);
        if (item != null) {
            item.users++;
        }
        return Optional.ofNullable(item);
    }

    void giveBack(Item item) {
        if (item.users == 0) {
            throw new IllegalStateException("content was given back that nobody had");
        }
        item.users--;
    }

    /** Forgets content, whatever its use. False where another one has taken its place already, which stays. */
    boolean forget(Digest digest, Item item) {
        boolean there = items.remove(digest, item);
        if (there) {
            bytes -= item.size;
        }
        return there;
    }

    /** Keeps a place for one that is coming; empty where there is none, otherwise what has to go for it. */
    Optional<List<Digest>> expect() {
        Optional<List<Digest>> goes = makeRoom(0, 1);
        if (goes.isPresent()) {
            coming++;
        }
        return goes;
    }

    /** Keeps room for more bytes of one that is coming; empty where there is none, otherwise what has to go for it. */
    Optional<List<Digest>> grow(long more) {
        Optional<List<Digest>> goes = makeRoom(more, 0);
        if (goes.isPresent()) {
            promised += more;
        }
        return goes;
    }

    /** One that was coming is through, kept or not: its room is free again. */
    void settled(long grown) {
        promised -= grown;
        coming--;
    }

    long bytes() {
        return bytes;
    }

    int count() {
        return items.size();
    }

    private Optional<List<Digest>> makeRoom(long more, int places) {
        long overBytes = bytes + promised + more - limits.total();
        long overCount = (long) items.size() + coming + places - limits.count();
        Map<Digest, Item> goes = new LinkedHashMap<>();
        Iterator<Map.Entry<Digest, Item>> oldest = items.entrySet().iterator();
        while ((overBytes > 0 || overCount > 0) && oldest.hasNext()) {
            Map.Entry<Digest, Item> entry = oldest.next();
            if (entry.getValue().users == 0) {
                goes.put(entry.getKey(), entry.getValue());
                overBytes -= entry.getValue().size;
                overCount--;
            }
        }
        if (overBytes > 0 || overCount > 0) {
            return Optional.empty();
        }
        goes.forEach(this::forget);
        return Optional.of(List.copyOf(goes.keySet()));
    }
}
