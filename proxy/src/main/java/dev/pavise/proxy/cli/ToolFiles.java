package dev.pavise.proxy.cli;

import dev.pavise.policy.tool.ManifestReader;
import dev.pavise.policy.tool.ManifestResult;
import dev.pavise.policy.tool.Refused;
import dev.pavise.policy.tool.SignedManifest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Manifests and tools as files, looked at before they are sent. Whether they are good is for the gateway to say. */
final class ToolFiles {
    private static final int MOST_MANIFEST = 128 * 1024;
    private static final int MOST_CONTENT = 1 << 30;

    private ToolFiles() {}

    static byte[] manifest(Path file) throws IOException {
        byte[] bytes = read(file, MOST_MANIFEST);
        if (ManifestReader.read(bytes) instanceof Refused refused) {
            throw CommandFailure.wanting("`" + file + "`: " + refused.reason());
        }
        return bytes;
    }

    /** The content that a manifest names. */
    static byte[] content(Path file, byte[] manifest) throws IOException {
        byte[] bytes = read(file, MOST_CONTENT);
        String digest = sha256(bytes);
        if (ManifestReader.read(manifest) instanceof ManifestResult.Present(SignedManifest signed)
                && !signed.manifest().sha256().equals(digest)) {
            throw CommandFailure.wanting("`" + file + "` is not what the manifest names: its SHA-256 is " + digest
                    + ", and " + signed.manifest().sha256() + " was signed");
        }
        return bytes;
    }

    private static byte[] read(Path file, int most) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(most);
            if (in.read() >= 0) {
                throw CommandFailure.wanting("`" + file + "` is larger than " + most + " bytes");
            }
            return bytes;
        }
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException absent) {
            throw new IllegalStateException("every Java platform has SHA-256", absent);
        }
    }
}
