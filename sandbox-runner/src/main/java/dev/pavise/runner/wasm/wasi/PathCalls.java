package dev.pavise.runner.wasm.wasi;

import dev.pavise.runner.wasm.files.Document;
import dev.pavise.runner.wasm.files.Errno;
import dev.pavise.runner.wasm.files.Fault;
import dev.pavise.runner.wasm.files.Folder;
import dev.pavise.runner.wasm.files.Link;
import dev.pavise.runner.wasm.files.Mount;
import dev.pavise.runner.wasm.files.Node;
import dev.pavise.runner.wasm.files.Place;
import dev.pavise.runner.wasm.files.Tree;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.LongSupplier;

/** What is done by path, always under a folder that the module holds a descriptor of. */
final class PathCalls {
    private static final int FOLLOW = 1;
    private static final int CREATE = 1;
    private static final int DIRECTORY = 2;
    private static final int EXCLUSIVE = 4;
    private static final int TRUNCATE = 8;
    private static final int APPEND = 1;

    private final Descriptors descriptors;
    private final Tree tree;
    private final LongSupplier nowNs;

    PathCalls(Descriptors descriptors, Tree tree, LongSupplier nowNs) {
        this.descriptors = descriptors;
        this.tree = tree;
        this.nowNs = nowNs;
    }

    void offer(Calls calls) {
        calls.offer("path_open", "iiiiillii", this::open);
        calls.offer(
                "path_create_directory", "iii", (guest, in) -> tree.createFolder(folder(in, 0), path(guest, in, 1)));
        calls.offer(
                "path_remove_directory", "iii", (guest, in) -> tree.removeFolder(folder(in, 0), path(guest, in, 1)));
        calls.offer("path_unlink_file", "iii", (guest, in) -> tree.removeFile(folder(in, 0), path(guest, in, 1)));
        calls.offer(
                "path_rename",
                "iiiiii",
                (guest, in) -> tree.rename(folder(in, 0), path(guest, in, 1), folder(in, 3), path(guest, in, 4)));
        calls.offer(
                "path_symlink",
                "iiiii",
                (guest, in) -> tree.createLink(path(guest, in, 0), folder(in, 2), path(guest, in, 3)));
        calls.offer(
                "path_link",
                "iiiiiii",
                (guest, in) -> tree.createName(
                        folder(in, 0), path(guest, in, 2), follow(in.number(1)), folder(in, 4), path(guest, in, 5)));
        calls.offer("path_readlink", "iiiiii", this::readLink);
        calls.offer(
                "path_filestat_get",
                "iiiii",
                (guest, in) -> guest.writeBuffer(in.number(4), Stat.file(found(guest, in))));
        calls.offer(
                "path_filestat_set_times",
                "iiiilli",
                (guest, in) -> Times.set(found(guest, in), in.wide(4), in.wide(5), in.number(6), nowNs.getAsLong()));
        calls.offer("fd_readdir", "iiili", this::list);
    }

    private Folder folder(Calls.Arguments in, int index) {
        return descriptors.folder(in.number(index));
    }

    private static String path(Guest guest, Calls.Arguments in, int index) {
        return guest.path(in.number(index), in.number(index + 1));
    }

    private static boolean follow(int flags) {
        return (flags & FOLLOW) != 0;
    }

    private Node found(Guest guest, Calls.Arguments in) {
        return tree.find(folder(in, 0), path(guest, in, 2), follow(in.number(1)))
                .existing();
    }

    private void open(Guest guest, Calls.Arguments in) {
        int how = in.number(4);
        boolean exclusive = (how & CREATE) != 0 && (how & EXCLUSIVE) != 0;
        boolean follow = follow(in.number(1)) && !exclusive;
        // Before anything is made: the descriptor can be given out, and the module can be told its number.
        descriptors.requireRoom();
        guest.readInt(in.number(8));
        Place place = tree.find(folder(in, 0), path(guest, in, 2), follow);
        if (place.node() != null && exclusive) throw new Fault(Errno.EXIST);
        Descriptor opened = switch (place.node()) {
            case null -> create(place, in);
            case Folder folder -> openFolder(folder, in);
            case Link _ -> throw new Fault(Errno.LOOP);
            case Document document -> {
                if (place.asFolder() || (how & DIRECTORY) != 0) throw new Fault(Errno.NOTDIR);
                yield openFile(document, in);
            }
        };
        guest.writeInt(in.number(8), descriptors.add(opened));
    }

    private Descriptor create(Place place, Calls.Arguments in) {
        if ((in.number(4) & CREATE) == 0) throw new Fault(Errno.NOENT);
        if ((in.number(4) & DIRECTORY) != 0) throw new Fault(Errno.INVAL);
        return openFile(tree.createDocument(place), in);
    }

    private static Descriptor openFolder(Folder folder, Calls.Arguments in) {
        boolean asFile = (in.wide(5) & Rights.WRITE) != 0 || (in.number(4) & (CREATE | TRUNCATE)) != 0;
        if (asFile) throw new Fault(Errno.ISDIR);
        return new Descriptor.Directory(folder, false);
    }

    private Descriptor openFile(Document document, Calls.Arguments in) {
        boolean readable = (in.wide(5) & Rights.READ) != 0;
        boolean writable = (in.wide(5) & Rights.WRITE) != 0;
        if (writable && document.mount().mode() == Mount.Mode.READ_ONLY) throw new Fault(Errno.ROFS);
        if ((in.number(4) & TRUNCATE) != 0) document.resize(0, nowNs.getAsLong());
        return new Descriptor.File(document, readable, writable, (in.number(7) & APPEND) != 0);
    }

    private void readLink(Guest guest, Calls.Arguments in) {
        Node node = tree.find(folder(in, 0), path(guest, in, 1), false).existing();
        if (!(node instanceof Link link)) throw new Fault(Errno.INVAL);
        byte[] target = link.target().getBytes(StandardCharsets.UTF_8);
        int length = (int) Math.min(target.length, Integer.toUnsignedLong(in.number(4)));
        guest.write(in.number(3), target, length);
        guest.writeInt(in.number(5), length);
    }

    /** Fills the buffer; the last entry may be cut, which tells the module that there is more. */
    private void list(Guest guest, Calls.Arguments in) {
        if (!(descriptors.get(in.number(0)) instanceof Descriptor.Directory directory)) throw new Fault(Errno.NOTDIR);
        long room = Integer.toUnsignedLong(in.number(2));
        long cookie = in.wide(3);
        List<String> names = directory.listing(cookie == 0);
        if (cookie < 0 || cookie > names.size() + 2L) throw new Fault(Errno.INVAL);
        int used = 0;
        for (int at = (int) cookie; at < names.size() + 2 && used < room; at++) {
            ByteBuffer entry = entry(directory.folder(), names, at);
            used += guest.writeCut(in.number(1) + used, entry, room - used);
        }
        guest.writeInt(in.number(4), used);
    }

    private static ByteBuffer entry(Folder folder, List<String> names, int at) {
        if (at < 2)
            return Stat.entry(
                    at + 1L, folder.inode(), Stat.DIRECTORY, (at == 0 ? "." : "..").getBytes(StandardCharsets.UTF_8));
        String name = names.get(at - 2);
        Node node = folder.child(name);
        long inode = node == null ? 0 : node.inode();
        int type = node == null ? 0 : Stat.type(node);
        return Stat.entry(at + 1L, inode, type, name.getBytes(StandardCharsets.UTF_8));
    }
}
