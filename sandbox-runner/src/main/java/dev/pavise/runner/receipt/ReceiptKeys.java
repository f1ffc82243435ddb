package dev.pavise.runner.receipt;

import dev.pavise.policy.signing.SigningKey;
import dev.pavise.runner.content.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** Where the key of receipts comes from. */
public final class ReceiptKeys {
    private static final String PRIVATE = "receipt.key";
    private static final String PUBLIC = "receipt.pub";
    private static final int MOST_BYTES = 64 * 1024;

    private ReceiptKeys() {}

    /** Reads a key (Ed25519, PKCS #8) that only this user can read. */
    public static SigningKey read(Path file) throws IOException {
        PrivateFiles.refuseOthers(file);
        if (Files.size(file) > MOST_BYTES) {
            throw new IOException("`" + file + "` is no key: it is larger than " + MOST_BYTES + " bytes");
        }
        try {
            return SigningKey.ofPem(Files.readString(file));
        } catch (IllegalArgumentException | java.nio.charset.CharacterCodingException unfit) {
            // Without its cause, which may repeat what it could not read.
            throw new IOException("`" + file + "` cannot be used to sign receipts: it is not an Ed25519 key in PKCS #8;"
                    + " make one with `openssl genpkey -algorithm ed25519`");
        }
    }

    /** The key of a data folder, made now where there is none; its public half stands beside it. */
    public static SigningKey ofFolder(Path folder) throws IOException {
        Path file = folder.resolve(PRIVATE);
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            PrivateFiles.write(file, SigningKey.generate().privatePem());
        }
        SigningKey key = read(file);
        Path open = folder.resolve(PUBLIC);
        String pem = key.verifyKey().pem();
        if (!Files.exists(open) || !Files.readString(open).equals(pem)) {
            PrivateFiles.write(open, pem);
        }
        return key;
    }
}
