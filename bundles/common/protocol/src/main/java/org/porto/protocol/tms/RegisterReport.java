// SPDX-License-Identifier: Apache-2.0
package org.porto.protocol.tms;

/** All registers of a meter at one sequence number, mils (rule V1). */
public record RegisterReport(
        String currency,
        long ascending,
        long descending,
        long transferOut,
        long inTransit,
        long refilled,
        long cardTakings,
        long withdrawn,
        long fees,
        long pieceCount,
        long zeroPieceCount,
        long refillCount,
        long sequence,
        String state) {}
