package dev.pavise.runner.content;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

/** Files and folders that are for this user alone. No symbolic link is followed at the last step of a path. */
public final class PrivateFiles {
    private static final Set<PosixFilePermission> FOLDER = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> OF_OTHERS =
            EnumSet.copyOf(PosixFilePermissions.fromString("---rwxrwx"));

    private PrivateFiles() {}

    /** Makes a folder (0700), and those above it, where it is not there yet; refuses a link, and one that others may enter. */
    public static void folder(Path folder) throws IOException {
        Path above = folder.toAbsolutePath().getParent();
        if (above != null && !Files.exists(above)) {
            folder(above);
        }
        try {
            Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(FOLDER));
        } catch (FileAlreadyExistsException there) {
            if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
                throw new IOException("`" + folder + "` is a link or no folder; name the folder itself", there);
            }
            refuseOthers(folder);
        }
    }

    /** Refuses a file or folder that anybody but its owner can do anything with. */
    public static void refuseOthers(Path place) throws IOException {
        Set<PosixFilePermission> set = EnumSet.copyOf(Files.getPosixFilePermissions(place, LinkOption.NOFOLLOW_LINKS));
        set.retainAll(OF_OTHERS);
        if (!set.isEmpty()) {
            throw new IOException("`" + place + "` is open to other users; take that away: chmod go= " + place);
        }
    }

    /** A new file (0600) to write; fails where something has that name. */
    public static FileChannel create(Path file) throws IOException {
        return FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
                PosixFilePermissions.asFileAttribute(FILE));
    }

    /** Puts a whole text in a file (0600) in place of what is there; when it returns, that survives the loss of power. */
    public static void write(Path file, String text) throws IOException {
        Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent());
        Path draft = folder.resolve("." + file.getFileName() + "." + UUID.randomUUID());
        try {
            try (FileChannel channel = create(draft)) {
                ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            sync(folder);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    /** Makes sure that the names in a folder survive the loss of power. */
    public static void sync(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
