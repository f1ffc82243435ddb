package dev.pavise.runner.wasm.wasi;

import dev.pavise.runner.run.Output;
import dev.pavise.runner.wasm.files.Document;
import dev.pavise.runner.wasm.files.Folder;
import java.util.List;

/** What a descriptor of the module stands for. */
sealed interface Descriptor {
    /** The caller's input, which is there in full. */
    final class Input implements Descriptor {
        private final byte[] content;
        private int position;

        Input(byte[] content) {
            this.content = content;
        }

        int read(byte[] into, int length) {
            int step = Math.min(length, content.length - position);
            System.arraycopy(content, position, into, 0, step);
            position += step;
            return step;
        }

        int remaining() {
            return content.length - position;
        }
    }

    /** A standard stream. */
    record Stream(Output.Stream stream) implements Descriptor {}

    /** A folder, and the right to what lies under it. */
    final class Directory implements Descriptor {
        private final Folder folder;
        private final boolean preopened;
        private List<String> listing = List.of();

        Directory(Folder folder, boolean preopened) {
            this.folder = folder;
            this.preopened = preopened;
        }

        Folder folder() {
            return folder;
        }

        boolean preopened() {
            return preopened;
        }

        /** The names as they were when the listing was begun, so that removing some meanwhile makes it pass over none. */
        List<String> listing(boolean begin) {
            if (begin) listing = folder.names();
            return listing;
        }
    }

    /** An open file with its position. */
    final class File implements Descriptor {
        private final Document document;
        private final boolean readable;
        private final boolean writable;
        private boolean append;
        private long position;

        File(Document document, boolean readable, boolean writable, boolean append) {
            this.document = document;
            this.readable = readable;
            this.writable = writable;
            this.append = append;
        }

        Document document() {
            return document;
        }

        boolean readable() {
            return readable;
        }

        boolean writable() {
            return writable;
        }

        boolean append() {
            return append;
        }

        void setAppend(boolean on) {
            append = on;
        }

        long position() {
            return position;
        }

        void moveTo(long newPosition) {
            position = newPosition;
        }
    }
}
