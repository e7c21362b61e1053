// A verdict is heard and felt as well as seen: rising for taken, twice in the middle to be checked, low and long
// for no. A browser lets a page sound only once it has been touched.

const TUNES = {
  good: {
    notes: [
      [660, 0, 0.09],
      [990, 0.1, 0.16],
    ],
    shakes: [70],
  },
  doubt: {
    notes: [
      [520, 0, 0.12],
      [520, 0.2, 0.12],
    ],
    shakes: [60, 70, 60],
  },
  bad: {
    notes: [
      [200, 0, 0.22],
      [160, 0.26, 0.34],
    ],
    shakes: [220, 90, 220],
  },
}

export class Signal {
  sound = true
  vibration = true
  #audio = null

  // To be called when the page is touched, so that it may sound later.
  wake() {
    this.#audio ??= globalThis.AudioContext ? new AudioContext() : null
    if (this.#audio?.state === "suspended") this.#audio.resume().catch(() => {})
  }

  give(tone) {
    const { notes, shakes } = TUNES[tone]
    if (this.vibration) navigator.vibrate?.(shakes)
    if (this.sound && this.#audio?.state === "running") for (const note of notes) this.#play(note)
  }

  #play([pitch, start, length]) {
    const audio = this.#audio
    const [tone, volume] = [audio.createOscillator(), audio.createGain()]
    const at = audio.currentTime + start
    tone.type = "triangle"
    tone.frequency.value = pitch
    volume.gain.setValueAtTime(0.5, at)
    volume.gain.exponentialRampToValueAtTime(0.001, at + length)
    tone.connect(volume).connect(audio.destination)
    tone.start(at)
    tone.stop(at + length)
  }
}
