"use strict";
// The ways between all places, from the text they are packed in: see bookcar/pages/board_ways.py.
function bookcarWays({ size, alphabet, last, packed, tables }) {
  const digits = new Uint8Array(128);
  [...alphabet].forEach((letter, k) => {
    digits[letter.charCodeAt(0)] = k;
  });
  const more = alphabet.length - last;

  function unpack(text) {
    const figures = new Int32Array(size * size);
    let at = 0;
    let zeros = 0;
    const number = () => {
      let [value, unit, digit] = [0, 1, digits[text.charCodeAt(at)]];
      for (; digit >= last; unit *= more) {
        value += unit * (digit - last);
        at += 1;
        digit = digits[text.charCodeAt(at)];
      }
      at += 1;
      return value + unit * digit;
    };
    const left = () => {
      if (zeros > 0) {
        zeros -= 1;
        return 0;
      }
      const value = number();
      if (value === 0) zeros = number();
      return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
    };
    for (let row = 0; row < size; row += 1) {
      let down = 0;
      for (let k = row * size; k < (row + 1) * size; k += 1) {
        down += left();
        figures[k] = down + (row > 0 ? figures[k - size] : 0);
      }
    }
    return figures;
  }

  const figures = packed.map(unpack);
  return tables.map(({ seconds, metres }) => ({
    size,
    seconds: figures[seconds],
    metres: figures[metres],
  }));
}
