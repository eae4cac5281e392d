// What Vite makes of a picture: its address.
declare module '*.svg' {
  const url: string
  export default url
}
