package dev.pavise.runner.wasm;

import dev.pavise.runner.run.OutputHash;
import dev.pavise.runner.run.Program;
import dev.pavise.runner.run.Refusal;
import dev.pavise.runner.run.RefusalCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;

/** Reads a module once, into memory, and compares the digest of the very bytes that will run. */
final class Content {
    private Content() {}

    /** The bytes, or why not. */
    sealed interface Loaded {
        /** Read and found to be what was verified. */
        final class Module implements Loaded {
            private final byte[] bytes;

            private Module(byte[] bytes) {
                this.bytes = bytes;
            }

            /** Not a copy; nobody writes to them. */
            byte[] bytes() {
                return bytes;
            }
        }

        record Bad(Refusal refusal) implements Loaded {}
    }

    static Loaded load(Program program, int longest) {
        byte[] bytes;
        // A pipe would hold up whoever opens it; what is opened is looked at again below, by its length.
        try {
            var attributes =
                    Files.readAttributes(program.content(), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (!attributes.isRegularFile())
                return bad(RefusalCode.CONTENT_UNREADABLE, "the content of the tool is not a regular file");
            bytes = read(program, longest);
        } catch (IOException e) {
            return bad(RefusalCode.CONTENT_UNREADABLE, "the content of the tool cannot be read");
        }
        if (bytes.length > longest) {
            return bad(
                    RefusalCode.CONTENT_UNREADABLE,
                    "the content of the tool is longer than the " + longest + " bytes that are allowed");
        }
        if (!HexFormat.of().formatHex(OutputHash.sha256().digest(bytes)).equals(program.sha256())) {
            return bad(
                    RefusalCode.CONTENT_MISMATCH, "the content of the tool is not what was verified; upload it again");
        }
        return new Loaded.Module(bytes);
    }

    private static byte[] read(Program program, int longest) throws IOException {
        Set<? extends OpenOption> options = Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        try (SeekableByteChannel channel = Files.newByteChannel(program.content(), options)) {
            int expected = (int) Math.min(channel.size(), longest);
            // One byte more, to see whether there is one.
            ByteBuffer buffer = ByteBuffer.allocate(expected + 1);
            while (buffer.hasRemaining() && channel.read(buffer) >= 0) {}
            return buffer.hasRemaining() && buffer.position() <= expected
                    ? Arrays.copyOf(buffer.array(), buffer.position())
                    : buffer.array();
        }
    }

    private static Loaded bad(RefusalCode code, String reason) {
        return new Loaded.Bad(new Refusal(code, reason));
    }
}
