/** The forms in which records, trees and checkpoints are written. Pure: no file, no thread, no clock. */
@NullMarked
package dev.pavise.auditlog.codec;

import org.jspecify.annotations.NullMarked;
