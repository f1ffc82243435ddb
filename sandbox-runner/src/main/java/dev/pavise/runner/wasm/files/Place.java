package dev.pavise.runner.wasm.files;

import org.jspecify.annotations.Nullable;

/**
 * Where a path leads.
 *
 * @param parent the folder that holds the name; null where the path names the folder it started from
 * @param name the last part of the path
 * @param node what is there; null where the name is free
 * @param asFolder whether the path ended in a slash, so that nothing but a folder will do
 */
public record Place(
        @Nullable Folder parent, String name, @Nullable Node node, boolean asFolder) {
    /** What is there, or the error that says that nothing is. */
    public Node existing() {
        if (node == null) throw new Fault(Errno.NOENT);
        if (asFolder && !(node instanceof Folder)) throw new Fault(Errno.NOTDIR);
        return node;
    }

    /** The folder in which a name can be made or removed. */
    Folder holder() {
        if (parent == null) throw new Fault(Errno.INVAL);
        return parent;
    }
}
