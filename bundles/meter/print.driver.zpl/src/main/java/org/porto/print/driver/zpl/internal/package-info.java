// SPDX-License-Identifier: Apache-2.0
/** Label printers that speak ZPL over a raw TCP port. */
package org.porto.print.driver.zpl.internal;
