package dev.pavise.runner.wasm.files;

import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * All files of one run, in memory. What the module does to it reaches no file of the host: the module holds no path of the host, and a link is text
 * that is looked up here. Each node belongs to a {@link Mount} that says what may be done to it. Not safe for two threads.
 */
public final class Tree {
    private final LongSupplier nowNs;
    private final Mount frame;
    private final Folder root;
    private long inodes;

    /**
     * @param space what the read-only folders above the grants count in
     * @param nowNs the time that new and changed nodes carry, in nanoseconds since 1970
     */
    public Tree(Space space, LongSupplier nowNs) {
        this.frame = new Mount(Mount.Mode.READ_ONLY, space);
        this.nowNs = nowNs;
        space.takeNode();
        this.root = new Folder(frame, ++inodes, nowNs.getAsLong(), null);
    }

    public Folder root() {
        return root;
    }

    /**
     * Makes the folder of a grant, and read-only folders above it. A grant within another grant that is already there gives those nodes its own mode.
     *
     * @param path absolute and plain
     */
    public Folder mount(String path, Mount mount) {
        Folder parent = above(path);
        return newFolder(parent, lastOf(path), mount);
    }

    /** Makes the read-only folders that lead to {@code path}. */
    Folder above(String path) {
        Folder at = root;
        String[] parts = path.split("/", -1);
        for (int i = 0; i < parts.length - 1; i++) {
            if (parts[i].isEmpty()) continue;
            Node next = at.child(parts[i]);
            at = next instanceof Folder folder ? folder : newFolder(at, parts[i], frame);
        }
        return at;
    }

    static String lastOf(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    Folder newFolder(Folder parent, String name, Mount mount) {
        mount.space().takeNode();
        Folder made = new Folder(mount, ++inodes, nowNs.getAsLong(), parent);
        parent.put(name, made);
        return made;
    }

    Document newDocument(Folder parent, String name, Mount mount) {
        mount.space().takeNode();
        Document made = new Document(mount, ++inodes, nowNs.getAsLong());
        made.named();
        parent.put(name, made);
        return made;
    }

    Link newLink(Folder parent, String name, Mount mount, String target) {
        mount.space().takeNode();
        Link made = new Link(mount, ++inodes, nowNs.getAsLong(), target);
        parent.put(name, made);
        return made;
    }

    /** Where {@code path} leads from {@code start}; a link at its end is followed if {@code follow}. */
    public Place find(Folder start, String path, boolean follow) {
        return Walk.from(start, path, follow);
    }

    public Document createDocument(Place place) {
        if (place.asFolder()) throw new Fault(Errno.ISDIR);
        Folder parent = writableParent(place);
        return newDocument(parent, place.name(), parent.mount());
    }

    public void createFolder(Folder start, String path) {
        Place place = find(start, path, false);
        if (place.node() != null) throw new Fault(Errno.EXIST);
        Folder parent = writableParent(place);
        newFolder(parent, place.name(), parent.mount());
        parent.stamp(nowNs.getAsLong());
    }

    public void createLink(String target, Folder start, String path) {
        if (target.isEmpty() || target.indexOf('\0') >= 0) throw new Fault(Errno.INVAL);
        if (target.startsWith("/")) throw new Fault(Errno.NOTCAPABLE);
        if (target.length() > Walk.LONGEST_NAME) throw new Fault(Errno.NAMETOOLONG);
        Place place = find(start, path, false);
        if (place.node() != null) throw new Fault(Errno.EXIST);
        if (place.asFolder()) throw new Fault(Errno.NOENT);
        Folder parent = writableParent(place);
        parent.mount().requireLinks();
        newLink(parent, place.name(), parent.mount(), target);
    }

    /** A second name for a regular file, within one mount of the run. */
    public void createName(Folder oldStart, String oldPath, boolean follow, Folder newStart, String newPath) {
        Node node = find(oldStart, oldPath, follow).existing();
        if (!(node instanceof Document document)) throw new Fault(Errno.PERM);
        Place place = find(newStart, newPath, false);
        if (place.node() != null) throw new Fault(Errno.EXIST);
        if (place.asFolder()) throw new Fault(Errno.NOENT);
        Folder parent = writableParent(place);
        parent.mount().requireLinks();
        if (document.mount() != parent.mount()) throw new Fault(Errno.XDEV);
        document.named();
        parent.put(place.name(), document);
    }

    public void removeFile(Folder start, String path) {
        Place place = find(start, path, false);
        Node node = place.existing();
        if (node instanceof Folder) throw new Fault(Errno.ISDIR);
        drop(place.holder(), place.name(), node);
    }

    public void removeFolder(Folder start, String path) {
        Place place = find(start, path, false);
        if (!(place.existing() instanceof Folder folder)) throw new Fault(Errno.NOTDIR);
        if (!folder.isEmpty()) throw new Fault(Errno.NOTEMPTY);
        drop(place.holder(), place.name(), folder);
    }

    /** Moves a name, over what has the new name if that is of its kind, and empty where it is a folder. */
    public void rename(Folder oldStart, String oldPath, Folder newStart, String newPath) {
        Place from = find(oldStart, oldPath, false);
        Node node = from.existing();
        Folder oldParent = from.holder();
        Place to = find(newStart, newPath, false);
        Folder newParent = writableParent(to);
        oldParent.mount().requireWritable();
        if (node.mount() != newParent.mount() || oldParent.mount() != newParent.mount()) throw new Fault(Errno.XDEV);
        if (node instanceof Link) node.mount().requireLinks();
        if (to.asFolder() && !(node instanceof Folder)) throw new Fault(Errno.NOTDIR);
        if (to.node() == node) return;
        if (node instanceof Folder folder && newParent.isWithin(folder)) throw new Fault(Errno.INVAL);
        replace(to.node(), node, newParent, to.name());
        oldParent.remove(from.name());
        newParent.put(to.name(), node);
        oldParent.stamp(nowNs.getAsLong());
        newParent.stamp(nowNs.getAsLong());
    }

    private void replace(@Nullable Node old, Node by, Folder parent, String name) {
        if (old == null) return;
        if (old instanceof Folder folder) {
            if (!(by instanceof Folder)) throw new Fault(Errno.ISDIR);
            if (!folder.isEmpty()) throw new Fault(Errno.NOTEMPTY);
        } else if (by instanceof Folder) {
            throw new Fault(Errno.NOTDIR);
        }
        drop(parent, name, old);
    }

    /** Folders and links go with their name; a file goes when its last name and its last descriptor are gone. */
    private void drop(Folder parent, String name, Node node) {
        parent.mount().requireWritable();
        if (node.mount() != parent.mount()) throw new Fault(Errno.ROFS);
        parent.remove(name);
        parent.stamp(nowNs.getAsLong());
        if (node instanceof Document document) {
            document.unnamed();
        } else {
            node.mount().space().giveNode();
        }
    }

    /** The folder in which {@code place} can be made. One that was removed while open takes nothing more. */
    private Folder writableParent(Place place) {
        Folder parent = place.holder();
        if (parent.isGone(root)) throw new Fault(Errno.NOENT);
        parent.mount().requireWritable();
        return parent;
    }
}
