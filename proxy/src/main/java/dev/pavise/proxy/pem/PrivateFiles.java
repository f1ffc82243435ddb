package dev.pavise.proxy.pem;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.PrivateKey;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.EnumSet;
import java.util.Set;
import org.bouncycastle.openssl.jcajce.JcaMiscPEMGenerator;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.util.io.pem.PemObjectGenerator;
import org.bouncycastle.util.io.pem.PemWriter;

/**
 * Writes keys, certificates and what else is for this user alone: each file is whole or not there, and a key is at no moment readable to anyone but this user (mode
 * 0600, from the creation on).
 */
public final class PrivateFiles {

    private static final boolean POSIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

    private PrivateFiles() {}

    /** Makes a folder that only this user can enter (0700), and those above it, where it is not there yet. */
    public static void makeFolder(Path folder) throws IOException {
        if (Files.isDirectory(folder)) return;
        Files.createDirectories(folder, mode("rwx------"));
    }

    /** PKCS #8, 0600. */
    public static void writeKey(Path file, PrivateKey key) throws IOException {
        write(file, text(new JcaPKCS8Generator(key, null)), "rw-------");
    }

    /** One after the other, 0644. */
    public static void writeCertificates(Path file, Iterable<X509Certificate> certificates) throws IOException {
        StringBuilder all = new StringBuilder();
        for (X509Certificate each : certificates) all.append(text(new JcaMiscPEMGenerator(each)));
        write(file, all.toString(), "rw-r--r--");
    }

    /** PEM, 0644. */
    public static void writeRevocationList(Path file, X509CRL list) throws IOException {
        write(file, text(new JcaMiscPEMGenerator(list)), "rw-r--r--");
    }

    /** A copy that nobody but this user can read; what is there under its name is replaced. */
    public static void keep(Path file, Path as) throws IOException {
        write(as, Files.readAllBytes(file));
    }

    /** Whether anybody but the owner may do anything with a file or folder. */
    public static boolean openToOthers(Path place) throws IOException {
        if (!POSIX) return false;
        Set<PosixFilePermission> set = EnumSet.copyOf(PosixFilePermissions.fromString("---rwxrwx"));
        set.retainAll(Files.getPosixFilePermissions(place));
        return !set.isEmpty();
    }

    /** Replaces a file whole by one that nobody else can read; when it returns, that survives the loss of power. */
    public static void write(Path file, byte[] bytes) throws IOException {
        write(file, bytes, "rw-------");
    }

    /** The same for what anybody may read, 0644. */
    public static void writeOpen(Path file, byte[] bytes) throws IOException {
        write(file, bytes, "rw-r--r--");
    }

    private static void write(Path file, String text, String permissions) throws IOException {
        write(file, text.getBytes(StandardCharsets.ISO_8859_1), permissions);
    }

    private static void write(Path file, byte[] content, String permissions) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        Path draft = Files.createTempFile(folder, "." + file.getFileName(), ".new", mode("rw-------"));
        try {
            try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap(content);
                while (bytes.hasRemaining()) channel.write(bytes);
                channel.force(true);
            }
            if (POSIX) Files.setPosixFilePermissions(draft, PosixFilePermissions.fromString(permissions));
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            syncFolder(file);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    /** Makes sure that a name survives the loss of power. */
    public static void syncFolder(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null && POSIX) {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    private static FileAttribute<?>[] mode(String permissions) {
        if (!POSIX) return new FileAttribute<?>[0];
        Set<PosixFilePermission> set = PosixFilePermissions.fromString(permissions);
        return new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(set)};
    }

    private static String text(PemObjectGenerator object) throws IOException {
        StringWriter text = new StringWriter();
        try (PemWriter writer = new PemWriter(text)) {
            writer.writeObject(object);
        }
        return text.toString();
    }
}
