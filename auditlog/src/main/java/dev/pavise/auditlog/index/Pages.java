package dev.pavise.auditlog.index;

import dev.pavise.auditlog.behind.Pace;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;
import org.jspecify.annotations.Nullable;

/**
 * A file in pages of 4096 bytes, each of which ends in 16 bytes of a MAC over the chapter's number, the page's number, the
 * file's own random id, and the page. What is read is checked each time it comes from the file, so nothing that is changed
 * between two looks is believed either. Used by one thread at a time.
 */
final class Pages implements Closeable {
    static final int PAGE = 4096;
    static final int TAG = 16;
    /** What a page holds. */
    static final int HELD = PAGE - TAG;
    /** Where in the first page the file's id is. */
    static final int ID_AT = 16;

    static final int ID = 16;
    private static final int KEPT = 64;

    /** A page is not as it was written; nothing of the file is to be used. */
    static final class DamagedException extends IOException {
        private static final long serialVersionUID = 1L;

        DamagedException(String message) {
            super(message);
        }
    }

    private final FileChannel channel;
    private final Mac mac;
    private final long chapter;
    private final byte[] id = new byte[ID];
    private final byte[] @Nullable [] kept = new byte[KEPT][];
    private final int[] keptPage = new int[KEPT];

    private Pages(FileChannel channel, Mac mac, long chapter) {
        this.channel = channel;
        this.mac = mac;
        this.chapter = chapter;
    }

    static Pages open(Path file, Mac mac, long chapter) throws IOException {
        Pages pages = new Pages(FileChannel.open(file, StandardOpenOption.READ), mac, chapter);
        try {
            byte[] first = pages.load(0);
            System.arraycopy(first, ID_AT, pages.id, 0, ID);
            pages.check(first, 0);
            pages.kept[0] = first;
            return pages;
        } catch (IOException | RuntimeException e) {
            pages.close();
            throw e;
        }
    }

    /** The whole file of some content, whose first page holds the id. */
    static byte[] sealed(byte[] content, Mac mac, long chapter, Pace pace) {
        int count = (content.length + HELD - 1) / HELD;
        byte[] file = new byte[count * PAGE];
        byte[] id = Arrays.copyOfRange(content, ID_AT, ID_AT + ID);
        for (int page = 0; page < count; page++) {
            int length = Math.min(HELD, content.length - page * HELD);
            System.arraycopy(content, page * HELD, file, page * PAGE, length);
            byte[] tag = tag(mac, chapter, page, id, file, page * PAGE);
            System.arraycopy(tag, 0, file, page * PAGE + HELD, TAG);
            pace.breathe();
        }
        return file;
    }

    private static byte[] tag(Mac mac, long chapter, int page, byte[] id, byte[] bytes, int from) {
        mac.update(ByteBuffer.allocate(Long.BYTES + Integer.BYTES)
                .putLong(chapter)
                .putInt(page)
                .flip());
        mac.update(id);
        mac.update(bytes, from, HELD);
        return mac.doFinal();
    }

    private byte[] page(int number) throws IOException {
        int slot = number & (KEPT - 1);
        byte[] known = kept[slot];
        if (known != null && keptPage[slot] == number) {
            return known;
        }
        byte[] page = load(number);
        check(page, number);
        kept[slot] = page;
        keptPage[slot] = number;
        return page;
    }

    private byte[] load(int number) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(PAGE);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, (long) number * PAGE + bytes.position()) <= 0) {
                throw new DamagedException("page " + number + " is missing");
            }
        }
        return bytes.array();
    }

    private void check(byte[] page, int number) throws DamagedException {
        byte[] tag = Arrays.copyOf(tag(mac, chapter, number, id, page, 0), TAG);
        if (!MessageDigest.isEqual(tag, Arrays.copyOfRange(page, HELD, PAGE))) {
            throw new DamagedException("page " + number + " is not as it was written");
        }
    }

    byte[] bytes(long at, int length) throws IOException {
        if (length < 0 || at < 0) {
            throw new DamagedException("a length of " + length + " at " + at);
        }
        byte[] bytes = new byte[length];
        int done = 0;
        while (done < length) {
            byte[] page = page((int) ((at + done) / HELD));
            int offset = (int) ((at + done) % HELD);
            int part = Math.min(length - done, HELD - offset);
            System.arraycopy(page, offset, bytes, done, part);
            done += part;
        }
        return bytes;
    }

    int number(long at) throws IOException {
        int offset = (int) (at % HELD);
        if (offset <= HELD - Integer.BYTES) {
            return ByteBuffer.wrap(page((int) (at / HELD))).getInt(offset);
        }
        return ByteBuffer.wrap(bytes(at, Integer.BYTES)).getInt();
    }

    int half(long at) throws IOException {
        byte[] two = bytes(at, Short.BYTES);
        return ((two[0] & 0x0f) << 8) | (two[1] & 0xff);
    }

    long word(long at) throws IOException {
        return ByteBuffer.wrap(bytes(at, Long.BYTES)).getLong();
    }

    Groups groups(long at) throws IOException {
        ByteBuffer words = ByteBuffer.wrap(bytes(at, Groups.WORDS * Long.BYTES));
        Groups groups = new Groups();
        for (int i = 0; i < Groups.WORDS; i++) {
            groups.word(i, words.getLong());
        }
        return groups;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
