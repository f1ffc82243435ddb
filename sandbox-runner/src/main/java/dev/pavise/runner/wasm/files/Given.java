package dev.pavise.runner.wasm.files;

import java.nio.ByteBuffer;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Map;
import java.util.Set;

/** Files that come from nowhere on the host: a folder of them that can be read and is never written back. */
public final class Given {
    private Given() {}

    /** Puts them there; throws {@link Fault} where there is no room. */
    public static void put(Tree tree, Space space, String path, Map<String, byte[]> files) {
        Mount mount = new Mount(Mount.Mode.READ_ONLY, space);
        Folder folder = tree.mount(path, mount);
        files.forEach((name, content) -> tree.newDocument(folder, name, mount)
                .fill(ByteBuffer.wrap(content), Set.of(PosixFilePermission.OWNER_READ)));
    }
}
