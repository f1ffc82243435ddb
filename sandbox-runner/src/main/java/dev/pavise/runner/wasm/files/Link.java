package dev.pavise.runner.wasm.files;

import java.nio.charset.StandardCharsets;

/** A symbolic link: text that is only ever looked up in the tree it stands in. */
public final class Link extends Node {
    private final String target;

    Link(Mount mount, long inode, long nowNs, String target) {
        super(mount, inode, nowNs);
        this.target = target;
    }

    public String target() {
        return target;
    }

    @Override
    public long size() {
        return target.getBytes(StandardCharsets.UTF_8).length;
    }
}
