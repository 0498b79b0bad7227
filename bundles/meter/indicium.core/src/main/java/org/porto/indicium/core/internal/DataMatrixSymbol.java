// SPDX-License-Identifier: Apache-2.0
package org.porto.indicium.core.internal;

import com.google.zxing.BarcodeFormat;
import com.google.zxing.EncodeHintType;
import com.google.zxing.common.BitMatrix;
import com.google.zxing.datamatrix.DataMatrixWriter;
import com.google.zxing.datamatrix.encoder.SymbolShapeHint;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.Map;

/** Data Matrix ECC 200 (ISO/IEC 16022), square, bytes carried exactly. */
record DataMatrixSymbol(int size, BitSet modules) {

    /** @param record 1 to 1555 bytes */
    static DataMatrixSymbol of(byte[] record) {
        BitMatrix matrix = new DataMatrixWriter().encode(
                new String(record, StandardCharsets.ISO_8859_1),
                BarcodeFormat.DATA_MATRIX,
                0,
                0,
                Map.of(EncodeHintType.DATA_MATRIX_SHAPE, SymbolShapeHint.FORCE_SQUARE));
        int size = matrix.getWidth();
        BitSet modules = new BitSet(size * size);
        for (int row = 0; row < size; row++) {
            for (int column = 0; column < size; column++) {
                modules.set(row * size + column, matrix.get(column, row));
            }
        }
        return new DataMatrixSymbol(size, modules);
    }
}
