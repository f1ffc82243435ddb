package dev.pavise.runner.wasm.files;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A folder of the tree. Its names are kept in order, so that listing one page after the other neither repeats nor leaves out what stays. */
public final class Folder extends Node {
    private final TreeMap<String, Node> children = new TreeMap<>();
    private @Nullable Folder parent;
    private Map<String, Node> copied = Map.of();

    Folder(Mount mount, long inode, long nowNs, @Nullable Folder parent) {
        super(mount, inode, nowNs);
        this.parent = parent;
    }

    public @Nullable Node child(String name) {
        return children.get(name);
    }

    public boolean isEmpty() {
        return children.isEmpty();
    }

    /** Its names now, in order. */
    public List<String> names() {
        return new ArrayList<>(children.keySet());
    }

    Map<String, Node> children() {
        return children;
    }

    /** Remembers that what it holds now is what the host holds. */
    void markCopied() {
        copied = Map.copyOf(children);
    }

    /** What it held when it was copied from the host; nothing if it was not. */
    Map<String, Node> copied() {
        return copied;
    }

    void put(String name, Node node) {
        children.put(name, node);
        if (node instanceof Folder folder) folder.parent = this;
    }

    void remove(String name) {
        Node gone = children.remove(name);
        if (gone instanceof Folder folder) folder.parent = null;
    }

    /** Whether this is {@code other} or lies under it. */
    boolean isWithin(Folder other) {
        for (Folder at = this; at != null; at = at.parent) if (at == other) return true;
        return false;
    }

    /** Whether nothing leads here any more, so that nothing can be made in it. */
    boolean isGone(Folder root) {
        return !isWithin(root);
    }

    @Override
    public long size() {
        return 0;
    }
}
