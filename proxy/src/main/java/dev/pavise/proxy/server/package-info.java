/** Connections of clients and the exchanges on them: what turns the gate's verdicts into bytes. */
@NullMarked
package dev.pavise.proxy.server;

import org.jspecify.annotations.NullMarked;
